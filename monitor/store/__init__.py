"""The database: what the daemon has learnt. SQL is nowhere else."""

from monitor.store.store import Store
from monitor.store.writer import StoreWriter

__all__ = ["Store", "StoreWriter"]
