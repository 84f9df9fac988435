"""Carries: everything that touches the world (channels, rendering, storage, the command line)."""
