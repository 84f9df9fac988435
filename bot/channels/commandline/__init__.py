"""The commands that print and end: assess, check, graph."""
