"""From bytes to entries, in a process of its own."""
