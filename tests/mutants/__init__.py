"""Seeded faults: the knowledge, the templates and the state table broken one thing at a time, and who notices."""
