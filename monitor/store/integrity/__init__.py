"""Whether the database is whole, ours and up to date, and what is done where it is not."""
