"""The shared rule core: three-valued truth, conditions, facts, tables and the reasons behind every value."""
