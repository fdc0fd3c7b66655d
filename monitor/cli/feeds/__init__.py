"""``monitor feeds``: a command in each file."""
