"""The studio: where staff change what is asked. One module for each room, and what they share."""
