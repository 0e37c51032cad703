"""Small invented photos."""

import hashlib
import io

import numpy as np
from PIL import Image


def picture(form="JPEG", size=(40, 20), exif=None, **options):
    out = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(noise).save(out, form, **({"exif": exif} if exif else {}), **options)
    return out.getvalue()


def name(data):
    return hashlib.sha256(data).hexdigest()


def with_place():
    exif = Image.Exif()
    exif[0x010F] = "Handy"
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (30.0, 12.0, 0.0)
    return picture(exif=exif)
