"""Lists of feeds: OPML, and the feeds that a page names."""
