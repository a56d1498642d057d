"""The running service: channels, turns, relay, staff, web."""
