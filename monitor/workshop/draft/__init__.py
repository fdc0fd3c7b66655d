"""From a phrase to the draft of a watchlist."""
