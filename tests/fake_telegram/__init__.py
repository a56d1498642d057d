"""The stand-in for Telegram, tried with real aiogram and raw HTTP over loopback."""
