"""Pictures of cards and codes: a dataclass in, bytes out; no database, no Flask."""
