"""The sample city: a synthetic city by a great river, made from a seed. Everything in it is invented."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from geodata.sample.draft import draw_city
from geodata.sample.files import write_files
from geodata.sample.people import invent_people
from geodata.sample.plan import SAMPLE_DAY, SCALES
from geodata.sample.settings import write_settings

__all__ = ["SAMPLE_DAY", "invent_people", "make_sample"]


def make_sample(
    folder: Path,
    *,
    scale: Literal["default", "city"] = "default",
    seed: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write the files of the sample city into a folder and return the path of its city.toml.

    The folder is made when missing; files of an older sample are replaced. The same seed gives the same bytes.

    Raises:
        KeyError: the scale is neither "default" nor "city".
    """
    tell = progress or (lambda _: None)
    draft = draw_city(SCALES[scale], seed, tell)
    tell("写文件 / writing files")
    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder, draft)
    return write_settings(folder, scale=scale, seed=seed)
