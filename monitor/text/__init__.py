"""Text in, clean text and tokens out. Pure functions."""
