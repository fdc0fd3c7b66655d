"""What stands beside a story and is none of it: outlets, footers, refrains."""
