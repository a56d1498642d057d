"""What the programme knows: its map, needs and rules, and what follows from an intake."""
