"""How common words are, by language."""
