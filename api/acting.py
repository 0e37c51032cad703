"""Who is being answered, for what runs deeper down; apart from the door so that a command need not load the web."""

from contextvars import ContextVar

acting: ContextVar[str | None] = ContextVar("acting", default=None)
"""The account whose request is being answered."""
