"""Measurements, each a command that prints one JSON object: ``python -m bench.matching``, ``bench.quality``,
``bench.polling``, ``bench.latency``.

They drive the program as a user would and contact loopback addresses only. Figures of two runs differ with what else
the machine does; each is therefore taken several times and given with its lowest and highest value.
"""
