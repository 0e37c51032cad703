"""Think about households, members, pairings and coverage: frames in, frames out."""
