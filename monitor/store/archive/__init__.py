"""What people ask of the store: never part of a poll."""
