"""Find where people are: address or point -> building -> grid -> community, with an accuracy and a reason.

    gazetteer = Gazetteer.of({row: frame of row}, city)
    places = locate(households, gazetteer, noun=Household)

likeness, hierarchy < doors < gazetteer < evidence < candidates < matching < decisions < places < points: imports only
point left.
"""

from gridmap.locate.decisions import MARK, standard_targets, written_form, written_name, written_place
from gridmap.locate.doors import WALL_M, Target
from gridmap.locate.gazetteer import GAZETTEER_ROWS, Gazetteer
from gridmap.locate.matching import Match, describe, match_text
from gridmap.locate.places import Located, locate, search
from gridmap.locate.points import check_points

__all__ = [
    "GAZETTEER_ROWS", "MARK", "WALL_M", "Gazetteer", "Located", "Match", "Target", "check_points", "describe", "locate",
    "match_text", "search", "standard_targets", "written_form", "written_name", "written_place",
]  # fmt: skip
