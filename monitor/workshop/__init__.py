"""Where watchlists are worked on: tried on what is stored, compared, explained, drafted and improved.

Nothing here runs in the daemon, and nothing here decides what is alerted.
"""
