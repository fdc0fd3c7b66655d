"""TOML as people write it: read with places, checked, explained, edited and written whole."""
