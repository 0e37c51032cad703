"""Solve on arrays alone: numpy, scipy and numba; no ids, no coordinate systems, no frames."""
