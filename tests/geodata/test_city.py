import pytest

from geodata.city import City, read_city
from gridmap.errors import SettingsError
from gridmap.tables import Level, Mode


def refused(tmp_path, text):
    path = tmp_path / "city.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_city(path)
    return [(problem.row, problem.column, problem.code) for problem in caught.value.problems]


def test_a_city_is_read(tmp_path):
    (tmp_path / "a.geojson").touch()
    path = tmp_path / "city.toml"
    path.write_text(
        'name = "黄石"\nrules = { mode = "team", radius_m = 800 }\n'
        '[[areas]]\nlevel = "community"\npath = "a.geojson"\nto_wgs84 = [1, 2, 3]\n',
        encoding="utf-8-sig",
    )
    city = read_city(path)
    assert city.name == "黄石"
    assert city.rules.mode is Mode.TEAM
    assert city.rules.radius_m == 800
    assert city.areas[0].level is Level.COMMUNITY
    assert city.areas[0].to_wgs84 == (1, 2, 3)


def test_everything_wrong_is_said_at_once_with_its_line(tmp_path):
    text = (
        "name = 5\n"  # 1
        'hierachy = ["community"]\n'  # 2
        'rules = { mode = "one_to_one", radius = 5 }\n'  # 3
        "[[areas]]\n"  # 4
        'path = "x.geojson"\n'  # 5
        'level = "comunity"\n'  # 6
        "[[areas]]\n"  # 7
        'path = "y.geojson"\n'  # 8
        "[areas.values.kind]\n"
        "q = 3\n"  # 10
    )
    assert refused(tmp_path, text) == [
        (1, "name", "settings.value"),
        (2, "hierachy", "settings.unknown_key"),
        (3, "rules.radius", "settings.unknown_key"),
        (5, "areas[0].path", "settings.file_missing"),
        (6, "areas[0].level", "settings.value"),
        (7, "areas[1].level", "settings.missing_key"),
        (8, "areas[1].path", "settings.file_missing"),
        (10, "areas[1].values.kind.q", "settings.value"),
    ]


def test_wrong_warnings_are_said_at_once_with_their_names(tmp_path):
    text = (
        'name = "x"\n'  # 1
        "[patrol]\n"  # 2
        "continuous_hours = 0\n"  # 3
        "[[patrol.warnings]]\n"  # 4
        'level = "purple"\n'  # 5
        "starts = 2026-07-01T08:00:00\n"  # 6
        "[[patrol.warnings]]\n"  # 7
        'level = "red"\n'  # 8
        "starts = 2026-07-02T08:00:00+08:00\n"  # 9
        "ends = 2026-07-01T08:00:00+08:00\n"  # 10
        "[[patrol.warnings]]\n"  # 11
        'level = "red"\n'  # 12
        'area = ["C1"]\n'  # 13
    )
    assert refused(tmp_path, text) == [
        (3, "patrol.continuous_hours", "settings.value"),
        (5, "patrol.warnings[0].level", "settings.value"),
        (6, "patrol.warnings[0].starts", "settings.value"),
        (7, "patrol.warnings[1]", "settings.value"),
        (11, "patrol.warnings[2].starts", "settings.missing_key"),
        (13, "patrol.warnings[2].area", "settings.unknown_key"),
    ]


def test_an_unknown_key_names_the_one_that_was_meant(tmp_path):
    path = tmp_path / "city.toml"
    path.write_text('name = "x"\nrules = { radius = 5 }\n[[paths]]\npath = "city.toml"\nimpasable = "x"\n')
    with pytest.raises(SettingsError, match="did you mean 'radius_m'") as caught:
        read_city(path)
    assert "did you mean 'impassable'" in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "column", "line"),
    [
        ('hierarchy = ["grid", "community"]\n', "hierarchy", 2),
        ('hierarchy = ["street"]\n', "hierarchy", 2),
        ("[generated_grid]\nsize_m = 100\n", "generated_grid", 2),
        ('[[areas]]\nlevel = "building"\npath = "city.toml"\nname = "n"\n', "areas[0].name", 5),
        ('[[households]]\npath = "city.toml"\ncolumns = { adress = "a" }\n', "households[0].columns.adress", 4),
        ('[[members]]\npath = "city.toml"\n[members.values.rolle]\na = "b"\n', "members[0].values.rolle", 4),
    ],
)
def test_settings_that_contradict_each_other_are_refused(tmp_path, settings, column, line):
    assert (line, column, "settings.contradiction") in refused(tmp_path, f'name = "x"\n{settings}')


def test_two_kinds_of_grids_are_refused(tmp_path):
    areas = "".join(f'[[areas]]\nlevel = "{level}"\npath = "city.toml"\n' for level in ("community", "grid"))
    found = refused(tmp_path, f'name = "x"\n{areas}[generated_grid]\n')
    assert found == [(8, "generated_grid", "settings.contradiction")]


def test_a_text_that_is_no_toml_is_refused_with_its_line(tmp_path):
    assert refused(tmp_path, 'name = "x"\nrules = = 2\n') == [(2, None, "settings.syntax")]


def test_a_missing_file_and_a_wrong_encoding_are_said(tmp_path):
    with pytest.raises(SettingsError, match=r"no file nothing\.toml"):
        read_city(tmp_path / "nothing.toml")
    path = tmp_path / "city.toml"
    path.write_bytes('name = "x"\n# 黄石\n'.encode("gb18030"))
    with pytest.raises(SettingsError, match=r"row 2.*UTF-8"):
        read_city(path)


def test_every_setting_is_described_or_speaks_for_itself():
    assert City.model_fields["name"].is_required()
    assert set(City.model_fields) >= {"areas", "households", "members", "rules", "generated_grid"}
