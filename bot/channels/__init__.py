"""Channels: each turns its own input into events, and replies into its own output."""
