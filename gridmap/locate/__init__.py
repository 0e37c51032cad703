"""Find where people are: address or point -> building -> grid -> community, with an accuracy and a reason.

    gazetteer = Gazetteer.of({row: frame of row}, city)
    places = locate(households, gazetteer, noun=Household)

likeness, hierarchy < doors < gazetteer < evidence < candidates < matching < places < points: imports only point left.
"""

from gridmap.locate.gazetteer import GAZETTEER_ROWS, Gazetteer
from gridmap.locate.matching import Match, match_text
from gridmap.locate.places import Located, locate, search
from gridmap.locate.points import check_points

__all__ = ["GAZETTEER_ROWS", "Gazetteer", "Located", "Match", "check_points", "locate", "match_text", "search"]
