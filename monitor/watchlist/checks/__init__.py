"""What is wrong with watchlist files, or worth a second look."""
