"""Fetch and keep: files, databases, the sample city."""
