"""Measure reading and locating addresses beside what a user could pick instead: same rows, same run, ratios."""
