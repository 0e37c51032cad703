"""The browser libraries: pinned by hash, named by no address, copied whole or refused with what to do."""

import json
import re
from pathlib import Path

import pytest

from geodata import assets
from gridmap.errors import AssetsMissing
from static import install

STATIC = Path(__file__).parents[2] / "static"
LISTED = {
    name: facts for name, facts in json.loads((STATIC / "assets.json").read_text("utf-8")).items() if name != "about"
}


def test_the_lock_file_pins_every_package_by_hash_and_names_no_address():
    text = (STATIC / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    packages = {name: facts for name, facts in json.loads(text)["packages"].items() if name}
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())
    wanted = json.loads((STATIC / "package.json").read_text("utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert set(LISTED) == set(wanted)


def test_every_library_comes_with_its_licence():
    for name, facts in LISTED.items():
        assert any(file.upper().startswith(("LICENSE", "LICENCE", "MIT-LICENCE")) for file in facts["files"]), name


def test_what_is_installed_is_what_is_listed():
    places = {place for files in install.vendored().values() for _, place in files}
    if not install.VENDOR.is_dir():
        pytest.skip("the browser libraries are not installed: run make assets")
    found = {str(path.relative_to(install.VENDOR)) for path in install.VENDOR.rglob("*") if path.is_file()}
    assert found == places


def test_assets_are_placed_beside_the_pages_without_those_of_the_docs(tmp_path):
    count = assets.place(tmp_path)
    placed = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert len(placed) == count
    assert {"vendor/leaflet/leaflet.js", "vendor/leaflet/LICENSE", "css/map.css", "js/core.js"} <= placed
    assert not any("swagger" in path for path in placed)


def bare_static(folder, monkeypatch):
    """A static/ in which nobody has run `make assets`."""
    for kind in ("css", "js"):
        (folder / kind).mkdir()
    (folder / "assets.json").write_text((STATIC / "assets.json").read_text("utf-8"), encoding="utf-8")
    monkeypatch.setenv("GRIDMAP_STATIC", str(folder))


def test_missing_libraries_are_refused_with_the_command_to_run(tmp_path, monkeypatch):
    bare_static(tmp_path, monkeypatch)
    with pytest.raises(AssetsMissing, match=r"vendor/leaflet/leaflet\.js.*run `make assets`"):
        assets.place(tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_a_folder_without_pages_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDMAP_STATIC", str(tmp_path))
    with pytest.raises(AssetsMissing, match="GRIDMAP_STATIC"):
        assets.checked_folder()


def test_pages_do_without_the_docs_libraries_but_the_server_does_not(tmp_path, monkeypatch):
    bare_static(tmp_path, monkeypatch)
    for files in ({place for _, place in install.vendored()[name]} for name, facts in LISTED.items() if facts["pages"]):
        for place in files:
            (tmp_path / "vendor" / place).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "vendor" / place).touch()
    assert assets.checked_folder() == tmp_path
    with pytest.raises(AssetsMissing, match="swagger-ui"):
        assets.checked_folder(pages_only=False)


def test_a_failed_install_says_what_to_do_and_leaves_what_was_there(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(install, "STATIC", tmp_path)
    monkeypatch.setattr(install, "VENDOR", tmp_path / "vendor")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "old.js").touch()
    assert install.main() == 1  # npm finds no package.json there
    assert "make assets" in capsys.readouterr().err
    assert (tmp_path / "vendor" / "old.js").is_file()
