"""Measurements to run by hand; nothing in here is part of the tests."""
