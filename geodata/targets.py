"""What GDAL shall open: a file, the dataset inside a zip, or a text made UTF-8; and how its text is encoded."""

import re
import zipfile
from pathlib import Path

from geodata import encodings
from gridmap.phrases import say

TEXT_SUFFIXES = {".geojson", ".json", ".topojson", ".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".kml", ".gml"}
SEQUENCE_SUFFIXES = {".geojsonl", ".geojsons", ".ndjson", ".jsonl"}
LAYER_SUFFIXES = TEXT_SUFFIXES | {
    ".gpkg",
    ".shp",
    ".fgb",
    ".pbf",
    ".osm",
    ".zip",
    ".kmz",
    ".parquet",
    ".geoparquet",
    ".dxf",
}


class UnreadableError(ValueError):
    """A file cannot be read; `code` names the problem, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def inside_zip(path: Path, layer: str | None) -> str:
    """Return the GDAL path of the one dataset inside a zip file."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if Path(name).suffix.lower() in LAYER_SUFFIXES]
    except zipfile.BadZipFile as error:
        raise UnreadableError("file.unreadable", say("file.unreadable.zip")) from error
    if len(names) > 1 and layer:
        names = [name for name in names if Path(name).stem == layer] or names
    if not names:
        raise UnreadableError("file.unreadable", say("file.unreadable.zip_empty"))
    if len(names) > 1:
        raise UnreadableError("layer.several", say("layer.several.files", names=names))
    return f"/vsizip/{path}/{names[0]}"


def _dbf(path: Path, target: str) -> tuple[bytes | None, str | None]:
    """Return the dBASE table of a Shapefile and the text of its .cpg."""
    shape = target.removeprefix(f"/vsizip/{path}/")
    found: dict[str, bytes] = {}
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            stem = shape[: -len(".shp")]
            for name in archive.namelist():
                if name.startswith(f"{stem}.") and name[-4:].lower() in (".dbf", ".cpg"):
                    found[name[-4:].lower()] = archive.read(name)
    else:
        for near in path.parent.glob(f"{path.stem}.*"):
            if near.suffix.lower() in (".dbf", ".cpg"):
                found[near.suffix.lower()] = near.read_bytes()
    label = found.get(".cpg", b"").decode("ascii", "replace").strip()
    return found.get(".dbf"), label or None


def shape_encoding(path: Path, target: str, declared: str | None) -> tuple[str | None, list[tuple[str, str]]]:
    """Return (encoding to read a Shapefile with, notes): what its bytes say beats a wrong or missing .cpg."""
    dbf, label = _dbf(path, target)
    if declared or dbf is None:
        return declared, []
    try:
        actual = encodings.detect_dbf(dbf)
    except (encodings.UnknownEncodingError, ValueError, IndexError) as error:
        if label:
            return None, []
        raise UnreadableError("encoding.unknown", say("encoding.unknown.text", error=str(error))) from error
    if actual is None:
        return None, []
    said = say("cpg.says", label=label) if label else say("cpg.none")
    named = (label or "").lower().replace("-", "")
    same = named in {"utf8", "65001"} if actual == "utf-8" else named in {"gbk", "gb18030", "gb2312", "936", "cp936"}
    return actual, [] if same else [("encoding.mended", say("encoding.mended", cpg=said, actual=actual))]


def text_target(path: Path, declared: str | None) -> tuple[str | bytes, str]:
    """Return (what GDAL shall open, encoding) of a text format: the path, or the text made UTF-8."""
    data = path.read_bytes()
    try:
        text, encoding = encodings.decode(data, declared)
    except encodings.UnknownEncodingError as error:
        raise UnreadableError("encoding.unknown", str(error)) from error
    if not data.strip():
        raise UnreadableError("file.empty", say("file.empty"))
    prefix = "GeoJSONSeq:" if path.suffix.lower() in SEQUENCE_SUFFIXES else ""
    if encoding in ("utf-8", "utf-8-sig"):
        return f"{prefix}{path}", encoding
    return re.sub(r'(<\?xml[^>]*encoding=")[^"]+', r"\1UTF-8", text, count=1).encode(), encoding
