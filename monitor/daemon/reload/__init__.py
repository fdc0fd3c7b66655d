"""Edits of the user's files while the program runs."""
