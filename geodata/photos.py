"""Photos of inspections: sealed files named by the hash of their bytes, in the folder photos of a workspace.

The stored photo is what the phone sent, with its EXIF (when and where it was taken). What is shown is drawn anew
without it, since a photo of a door with its position in it is personal.
"""

import hashlib
import io
import re
import time
import warnings
from collections.abc import Collection
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from geodata.sealed_files import PHOTOS, SealedFiles
from gridmap.errors import PhotoError, Problem
from gridmap.phrases import say

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
"""More than any phone takes; a small file can claim far more and fill the memory."""
SHOWN_PX = 1600
"""The longer side of a photo as it is shown."""

UNNAMED_S = 24 * 3600
"""A file is there before its row: one that no row names is forgotten after a day."""

_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_NAME = re.compile("[0-9a-f]{64}")


def _refuse(code: str, message: str) -> PhotoError:
    return PhotoError([Problem("photo", None, None, code, message)])


def _opened(data: bytes) -> Image.Image:
    """Open and decode an image; the file's own bytes say what it is, never its name or header."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=list(_FORMATS))
        if image.width * image.height > MOST_PIXELS:
            raise _refuse("photo.pixels", say("photo.pixels", width=image.width, height=image.height))
        image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refuse("photo.type", say("photo.type")) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise _refuse("photo.broken", say("photo.broken")) from error
    return image


def keep(files: SealedFiles, name: str, data: bytes) -> dict[str, object]:
    """Check the bytes of a photo and keep them under their SHA-256; return the facts of a Photo row.

    Raises:
        PhotoError: the name is not the hash of the bytes, or the bytes are no photo.
    """
    if not _NAME.fullmatch(name):
        raise _refuse("photo.name", say("photo.name"))
    if hashlib.sha256(data).hexdigest() != name:
        raise _refuse("photo.hash", say("photo.hash"))
    image = _opened(data)
    if not (files.folder / PHOTOS / name).exists():
        files.write(f"{PHOTOS}/{name}", data)
    return {
        "photo_id": name,
        "mime": _FORMATS[str(image.format)],
        "size_bytes": len(data),
        "width_px": image.width,
        "height_px": image.height,
    }


def shown(files: SealedFiles, name: str) -> bytes | None:
    """Return a photo as JPEG without EXIF, upright and at most 1600 pixels long, or None when there is none."""
    if not _NAME.fullmatch(name) or not (files.folder / PHOTOS / name).is_file():
        return None
    image = ImageOps.exif_transpose(_opened(files.read(f"{PHOTOS}/{name}"))).convert("RGB")
    image.thumbnail((SHOWN_PX, SHOWN_PX))
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=85)
    return out.getvalue()


def forget_unnamed(folder: Path, named: Collection[str]) -> int:
    """Remove the files of photos that no row names any more; return how many."""
    oldest, kept = time.time() - UNNAMED_S, folder / PHOTOS
    found = list(kept.iterdir()) if kept.is_dir() else []
    gone = [path for path in found if _NAME.fullmatch(path.name) and path.name not in named]
    gone = [path for path in gone if path.stat().st_mtime < oldest]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
