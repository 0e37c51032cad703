"""The routes, a file per kind of answer."""
