"""What a term of a watchlist means."""
