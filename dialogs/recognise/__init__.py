"""Places, countries, times, people and needs in the words of families."""
