"""``monitor status``, and what it finds wrong."""
