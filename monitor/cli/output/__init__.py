"""What commands show: listings, problems with the line that they are in, and streams that may be closed."""
