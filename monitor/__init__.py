"""News monitor: feeds in, watchlists matched, alerts out; nothing lost, nothing said twice, every decision
explained.
"""

__version__ = "0.1.0"
