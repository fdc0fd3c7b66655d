"""Where watchlists are worked on: tried on what is stored, compared, explained, drafted and improved.

Nothing here decides what is alerted. The daemon asks only whether an edit would be a flood.
"""
