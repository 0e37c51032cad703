"""Seals made with the key of a workspace: digests that nobody without the key can make, and marks of values."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from functools import cached_property

MARK_LENGTH = 16
"""Hexadecimal digits of a mark: 64 bits, so that two values of one city share a mark about never."""


class Seal:
    """The key of a workspace at work; the key is asked for when it is first needed."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._ask = key

    @cached_property
    def _key(self) -> bytes:
        return self._ask()

    def derived(self, use: str) -> bytes:
        """Return a key of 32 bytes for one use, so that no two uses share one."""
        return hmac.new(self._key, f"gridmap {use}".encode(), hashlib.sha256).digest()

    def digest(self, use: str, content: Mapping[str, object]) -> str:
        """Return the HMAC-SHA256 of JSON values, hexadecimal; the order of the names does not matter."""
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hmac.new(self.derived(use), text.encode(), hashlib.sha256).hexdigest()

    def mark(self, column: str, value: str) -> str:
        """Return what stands for a value that must not be shown: equal for equal values of one column."""
        made = hmac.new(self.derived("marks"), f"{column}\x00{value}".encode(), hashlib.sha256)
        return f"~{made.hexdigest()[:MARK_LENGTH]}"

    @property
    def fingerprint(self) -> str:
        """Return by what a key is known without giving it away."""
        return self.derived("fingerprint").hex()[:16]
