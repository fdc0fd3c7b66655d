"""``monitor alerts`` and ``monitor feedback``: a command in each file."""
