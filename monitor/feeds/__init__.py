"""Feeds: fetching, parsing, identity and pacing."""
