"""Measure the pairing engine beside other solvers: same instances, same run, ratios."""
