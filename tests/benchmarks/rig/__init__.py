"""A fake Bot API and simulated people in one process; the bot under test runs in another."""
