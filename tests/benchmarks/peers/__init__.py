"""The twelve questions as a user of each library would write them. Each file is a program."""
