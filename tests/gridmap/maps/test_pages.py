"""The files of the pages, read as text: nothing from elsewhere, nothing unmasked, the same every time."""

import dataclasses
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import drawn_city
import pytest

from gridmap import maps
from gridmap.maps import MapView, pages, records

STATIC = Path(__file__).parents[3] / "static"
OUTSIDE = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/2000/svg")[\w-]+\.[\w.-]+""")


@pytest.fixture(scope="module")
def view():
    return drawn_city.draw()


@pytest.fixture(scope="module")
def files(view):
    return maps.site(view, downloads=[maps.Download("gaps.csv?a=1&b=2", "缺口 <CSV>")]).files


def data(files, name):
    """Read a data file as the browser would."""
    text = files[f"data/{name}.js"]
    return json.loads(re.fullmatch(r'window\.gridmap\?\.data\("\w+", (.*)\);\n', text, re.DOTALL)[1])


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_no_file_names_a_place_outside(files):
    assert {name: OUTSIDE.findall(text) for name, text in files.items() if OUTSIDE.search(text)} == {}


def test_no_script_or_style_of_ours_names_a_place_outside():
    ours = [path for kind in ("css", "js") for path in (STATIC / kind).iterdir()]
    assert len(ours) > 10
    assert [path.name for path in ours if OUTSIDE.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "page", ["index.html", "map.html", "gaps.html", "index.en.html", "map.en.html", "gaps.en.html"]
)
def test_every_reference_of_a_page_is_a_file_of_the_site(files, page):
    known = set(files) | {f"assets/{path.relative_to(STATIC)}" for kind in ("css", "js", "vendor")
                          for path in (STATIC / kind).rglob("*")}  # fmt: skip
    for tag, attributes in Tags(files[page]).tags:
        target = attributes.get("src") or (attributes.get("href") if tag in ("link", "a") else None)
        if target and not target.startswith(("#", "data:", "gaps.csv")):
            assert target.split("#")[0] in known


def test_pages_hold_no_inline_script(files):
    for name, text in files.items():
        if name.endswith(".html"):
            assert [
                attributes for tag, attributes in Tags(text).tags if tag == "script" and "src" not in attributes
            ] == []
            assert not [name for tag, attributes in Tags(text).tags for name in attributes if name.startswith("on")]


def test_unmasked_values_are_nowhere(files, view):
    everything = "\n".join(files.values())
    assert [secret for secret in drawn_city.SECRETS if secret in everything] == []
    assert "13900000000" not in everything
    full = {name for name in view.households["name"] if len(name) > 2} | {
        name for name in view.members["name"] if len(name) > 2 and name != "市水利局"
    }
    assert len(full) > 30
    assert [name for name in full if name in everything] == []


def test_a_household_named_like_a_script_is_only_text(files):
    assert not any("<script>window" in text for text in files.values())
    masked = next(name for name in data(files, "households")["name"] if name.startswith("<"))
    assert masked == "<*"


def test_areas_named_like_a_script_are_escaped():
    view = drawn_city.draw(size=1, buildings=20, households=10)
    level = maps.view.Level.COMMUNITY
    evil = view.areas[level].assign(name=drawn_city.EVIL)
    named = view.area_coverage.assign(name=drawn_city.EVIL)
    changed = MapView(
        **{**vars(view), "city": drawn_city.EVIL, "areas": {**view.areas, level: evil}, "area_coverage": named}
    )
    for name, text in maps.site(changed).files.items():
        assert "<script>window" not in text, name
    html = maps.home_page(changed).files["index.html"]
    assert "&lt;script&gt;window.hacked=1&lt;/script&gt;" in html


def test_the_same_city_gives_the_same_bytes(view, files):
    again = maps.site(drawn_city.draw(), downloads=[maps.Download("gaps.csv?a=1&b=2", "缺口 <CSV>")]).files
    assert again == files
    assert maps.site(view).files["data/map.zh.js"] == files["data/map.zh.js"]


def test_the_map_page_counts_its_grids_by_class(view, files):
    share = view.area_coverage.query("level == 'grid'")["uncovered_share"]
    by_hand = [int((share == 0).sum()), int(((share > 0) & (share <= 0.05)).sum()),
               int(((share > 0.05) & (share <= 0.1)).sum()), int(((share > 0.1) & (share <= 0.2)).sum()),
               int((share > 0.2).sum())]  # fmt: skip
    shown = re.findall(r'data-class="\d".*?<b>(\d+) 格</b>', files["map.html"], re.DOTALL)
    assert [int(number) for number in shown] == by_hand
    assert sum(by_hand) + int(share.isna().sum()) == 81


def test_the_overview_shows_the_figures_of_every_community(view, files):
    html = files["index.html"]
    for row in view.area_coverage.query("level == 'community'").itertuples():
        line = re.search(rf"<tr><th scope=\"row\"><a [^>]*>{row.name}</a></th>(.*?)</tr>", html, re.DOTALL)[1]
        cells = re.findall(r"<td[^>]*>([^<]*)</td>", line)
        assert cells == [str(row.households), str(row.with_pairing), str(row.with_named_person), str(row.full_team),
                         str(row.cover_needed), str(row.gaps), f"{row.uncovered_share * 100:.1f}%"]  # fmt: skip


def test_the_gap_list_holds_every_household_without_a_person(view, files):
    wanted = set(view.household_coverage.loc[~view.household_coverage["with_named_person"], "household_id"])
    assert set(re.findall(r"map\.html#household=(H\d+)", files["gaps.html"])) == wanted


def test_a_longer_list_than_a_page_holds_says_so(view, monkeypatch):
    monkeypatch.setattr(pages, "MOST_ROWS", 5)
    html = maps.gaps_page(view).files["gaps.html"]
    assert len(re.findall("#household=", html)) == 5
    assert f"共 {len(records.gap_rows(view))} 户，本页列出最紧急的 5 户" in html


def test_invented_and_internal_are_said_on_every_page(files):
    for name in ("index.html", "map.html", "gaps.html"):
        assert "虚构数据" in files[name]
        assert "内部资料" in files[name]
    assert "Invented data" in files["map.en.html"]


def test_the_map_review_number_is_shown_where_there_is_one_and_escaped(view, files):
    assert "审图号" not in files["map.html"]
    drawn = maps.site(dataclasses.replace(view, review_no="鄂S(2026)001号<")).files
    for name in ("index.html", "map.html", "gaps.html"):
        assert "审图号：鄂S(2026)001号&lt;" in drawn[name]
    assert "Map review number: 鄂S(2026)001号&lt;" in drawn["map.en.html"]


def test_a_map_has_no_ground_but_the_layers_of_the_city(files):
    drawn = "".join(files.values())
    assert "tileLayer" not in drawn
    assert not re.search(r"L\.(tileLayer|TileLayer|ImageOverlay)|\{z\}/\{x\}/\{y\}", drawn)


def test_a_real_city_is_not_called_invented():
    real = drawn_city.draw(size=1, buildings=20, households=10, invented=False)
    assert not any("虚构" in text for name, text in maps.site(real).files.items() if name.endswith(".html"))


def test_an_empty_city_has_pages_that_say_what_to_do():
    files = maps.site(MapView(city="空城", as_of=drawn_city.AS_OF)).files
    assert "还没有可画的区域" in files["map.html"]
    assert "CITY.toml" in files["gaps.html"]
    assert "data/map.zh.js" not in files
    assert "<script" not in files["map.html"]


def test_layers_that_could_not_be_read_are_named(view):
    missing = MapView(**{**vars(view), "missing": ("zones",)})
    assert '"missing": ["zones"]' in maps.coverage_page(missing).files["data/map.zh.js"]


def test_page_data_hides_what_would_end_a_script():
    assert pages.script_json({"a": "</script>\u2028"}) == '{"a":"\\u003c/script>\\u2028"}'


def test_downloads_are_linked_and_escaped(files):
    assert 'href="gaps.csv?a=1&amp;b=2"' in files["index.html"]
    assert "缺口 &lt;CSV&gt;" in files["gaps.html"]
