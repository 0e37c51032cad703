"""Read what a phone sends with the limit kept while it streams: nobody can fill the memory with one upload."""

from fastapi import Request

from gridmap.errors import UploadTooLarge
from gridmap.phrases import say


async def read_limited(request: Request, most_bytes: int) -> bytes:
    """Return the body of a request; the one thing that has to be awaited, since the limit holds while bytes arrive.

    Raises:
        UploadTooLarge: the body says or turns out to be larger.
    """
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > most_bytes:
        raise too_large(most_bytes)
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > most_bytes:
            raise too_large(most_bytes)
    return bytes(parts)


def too_large(most_bytes: int) -> UploadTooLarge:
    """Return the refusal of a body of more bytes."""
    return UploadTooLarge(say("upload.too_large", limit=most_bytes / 1024 / 1024))
