"""What is asked, how a conversation moves, what follows from the answers. Pure."""
