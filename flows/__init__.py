"""Thinks: the rule core, the knowledge and the dialog. Pure; no clock, no network, no sentence for a person."""
