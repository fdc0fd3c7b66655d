"""What a watchlist lacks, learnt from what is stored."""
