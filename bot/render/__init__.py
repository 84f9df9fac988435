"""Turns replies into text: language, flavour, splitting, escaping."""
