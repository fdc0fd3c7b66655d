"""``monitor watch``: a command in each file."""
