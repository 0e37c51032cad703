"""Tell UTF-8 from GB18030 by the bytes; never guess beyond these, never replace a character.

GB18030 accepts nearly every byte sequence, so a text counts as GB18030 only when most of its two-byte characters lie
in GB 2312 (both bytes from A1), as real Chinese does; Latin text with accents fails that test.
"""

import codecs
import re
import struct
from collections.abc import Iterator

from gridmap.phrases import say

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")


class UnknownEncodingError(ValueError):
    """The bytes are neither UTF-8 nor GB18030."""


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(data: bytes) -> bool:
    pairs = _PAIR.findall(data[:1_000_000])
    common = sum(pair[0] >= 0xA1 and pair[1] >= 0xA1 for pair in pairs)
    return bool(pairs) and common >= 0.7 * len(pairs)


def detect(data: bytes) -> str:
    """Return the Python name of the encoding of a whole text.

    Raises:
        UnknownEncodingError: neither UTF-8, UTF-16 with a mark, nor GB18030.
    """
    for mark, encoding in _BOMS.items():
        if data.startswith(mark) and _decodes(data, encoding):
            return encoding
    if _decodes(data, "utf-8"):
        return "utf-8"
    if _decodes(data, "gb18030") and _looks_chinese(data):
        return "gb18030"
    raise UnknownEncodingError(say("encoding.unknown"))


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return (text, encoding); a declared encoding is trusted but every byte must fit it.

    Raises:
        UnknownEncodingError: the bytes do not fit, with the line of the first that does not.
    """
    encoding = declared or detect(data)
    try:
        return data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding), encoding
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnknownEncodingError(say("encoding.unknown.declared", declared=declared, line=line)) from error
    except LookupError as error:
        raise UnknownEncodingError(say("encoding.unknown.name", declared=declared)) from error


def _dbf_texts(dbf: bytes) -> Iterator[bytes]:
    """Yield the names and the text values of a dBASE table, stripped of their padding."""
    count, header, length = struct.unpack_from("<IHH", dbf, 4)
    widths = []
    for at in range(32, header - 1, 32):
        if dbf[at] == 0x0D:
            break
        yield dbf[at : at + 11].split(b"\0")[0]
        widths.append((dbf[at + 11 : at + 12], dbf[at + 16]))
    step = max(1, count // 2000)
    for record in range(0, count, step):
        at = header + record * length + 1
        for kind, width in widths:
            if kind == b"C":
                yield dbf[at : at + width].rstrip(b" \0")
            at += width


def _whole(text: bytes) -> bytes:
    """Cut a UTF-8 character that the field's width cut in two."""
    for size in range(1, min(4, len(text)) + 1):
        if text[-size] >= 0xC0:
            return text if _decodes(text[-size:], "utf-8") else text[:-size]
        if text[-size] < 0x80:
            break
    return text


def detect_dbf(dbf: bytes) -> str | None:
    """Return the encoding of a dBASE table's text, or None when it is plain ASCII.

    Raises:
        UnknownEncodingError: neither UTF-8 nor GB18030.
    """
    texts = [text for text in _dbf_texts(dbf) if not text.isascii()]
    if not texts:
        return None
    if all(_decodes(_whole(text), "utf-8") for text in texts):
        return "utf-8"
    return detect(b"\n".join(texts))
