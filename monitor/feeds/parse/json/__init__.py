"""JSON Feed, also where it is not quite JSON."""
