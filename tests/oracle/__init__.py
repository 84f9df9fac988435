"""A second, independent reading of the rules, used only to cross-check the product by differential testing.

Written from the contract and the dialogue page alone; it shares no code, no data and no wording with the
product. Where the rules leave a reading open, `READINGS.md` says which one is used here.
"""
