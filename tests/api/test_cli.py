"""The command line: exit codes, machine-readable output, clear words."""

import json

import cities
import pytest


def test_wrong_usage_ends_with_2():
    assert cities.gridmap("build", check=False).returncode == 2
    assert cities.gridmap_process("fly", check=False).returncode == 2
    assert cities.gridmap("export", "cats", "somewhere", check=False).returncode == 2


def test_an_unknown_key_is_refused_with_its_line(tmp_path):
    city = tmp_path / "city.toml"
    city.write_text('name = "x"\n\n[rules]\nradius = 5\n', encoding="utf-8")
    refused = cities.gridmap("build", city, "--out", tmp_path / "w", "--json", check=False)
    assert refused.returncode == 1
    problem = json.loads(refused.stdout)["problems"][0]
    assert (problem["file"], problem["row"]) == ("city.toml", 4)
    assert "radius" in problem["message"]
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("command", ["locate", "pair", "coverage", "draw", "serve"])
def test_steps_without_a_workspace_say_what_to_do(command, tmp_path):
    done = cities.gridmap(command, tmp_path, check=False)
    assert done.returncode == 1
    assert "gridmap build" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_dirty_file_gets_a_report_and_no_stack_trace():
    folder = cities.need_shared("dirty")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".md", ".txt", ""})
    assert len(files) >= 25
    done = cities.gridmap_process("check", *files, "--json", check=False)
    assert done.returncode in {0, 1}
    assert "Traceback" not in done.stderr
    told = {problem["file"].partition("[")[0] for problem in json.loads(done.stdout)["problems"]}
    assert {path.name for path in files} <= told


@pytest.mark.xdist_group("sample")
def test_the_steps_alone_reach_the_same_report(tmp_path):
    city = cities.sample()
    loaded = json.loads(cities.gridmap("load", city.city, "--out", tmp_path / "w", "--json").stdout)
    assert loaded["changes"]["household"]["added"] > 1000
    located = json.loads(cities.gridmap("locate", tmp_path / "w", "--json").stdout)
    paired = json.loads(cities.gridmap("pair", tmp_path / "w", "--verify", "--json").stdout)
    rows = json.loads(cities.gridmap("coverage", tmp_path / "w", "--json").stdout)
    assert located["households"] == city.report["households"]
    assert located["members"] == city.report["members"]
    assert {name: paired[name] for name in city.report["pairing"]} == city.report["pairing"]
    assert {name: rows[0][name] for name in city.report["coverage"]} == city.report["coverage"]
