"""The command line: words into calls, results into tables or JSON."""
