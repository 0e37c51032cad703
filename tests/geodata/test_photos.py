"""Photos are judged by their bytes, kept with their EXIF and shown without it."""

import io

import pytest
from photo_maker import name, picture, with_place
from PIL import Image

from geodata import photos
from geodata.workspace import Workspace
from gridmap.errors import PhotoError


@pytest.fixture
def files(tmp_path):
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    yield workspace.files(store)
    store.close()


@pytest.mark.parametrize(("form", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_photos_are_kept_as_they_came(files, form, mime):
    data = picture(form)
    facts = photos.keep(files, name(data), data)
    assert facts == {"photo_id": name(data), "mime": mime, "size_bytes": len(data), "width_px": 40, "height_px": 20}
    assert photos.keep(files, name(data), data) == facts
    assert files.read(f"photos/{name(data)}") == data


def test_exif_stays_in_the_original_and_leaves_what_is_shown(files):
    data = with_place()
    photos.keep(files, name(data), data)
    kept = Image.open(io.BytesIO(files.read(f"photos/{name(data)}")))
    assert kept.getexif().get_ifd(0x8825)[1] == "N"
    shown = Image.open(io.BytesIO(photos.shown(files, name(data))))
    assert dict(shown.getexif()) == {}
    assert b"Exif" not in photos.shown(files, name(data))
    assert shown.size == (20, 40)  # upright


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo.type"),
        (b"not a photo at all", "photo.type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.type"),
        (picture("GIF"), "photo.type"),
        (picture("BMP"), "photo.type"),
        (picture()[:300], "photo.broken"),
        (picture("PNG")[:200], "photo.broken"),
    ],
)
def test_what_is_no_photo_is_refused_and_not_kept(files, data, code):
    with pytest.raises(PhotoError) as refused:
        photos.keep(files, name(data), data)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert not (files.folder / "photos").exists()


def test_a_small_file_that_claims_many_pixels_is_refused(files):
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(PhotoError, match=r"photo\.(pixels|type)"):
        photos.keep(files, name(out.getvalue()), out.getvalue())


@pytest.mark.parametrize("wrong", ["0" * 64, "x", "../../etc/passwd", "A" * 64, ""])
def test_a_photo_needs_the_name_of_its_bytes(files, wrong):
    with pytest.raises(PhotoError, match=r"photo\.(name|hash)"):
        photos.keep(files, wrong, picture())
    assert photos.shown(files, wrong) is None
