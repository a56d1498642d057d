"""Messaging platforms behind one seam."""
