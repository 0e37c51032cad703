"""Every command, setting, error and report name is written down where a user looks for it."""

import importlib.util
from pathlib import Path

import pytest
from typer.main import get_command

from api.cli import app
from api.errors import STATUS
from api.settings import Settings
from geodata.city import City
from gridmap import errors
from gridmap.tables.report import Report

DOCS = Path(__file__).parent.parent / "docs"


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(get_command(app).commands))
def test_every_command_is_documented(command):
    assert f"`gridmap {command}" in page("commands.md")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name):
    assert f"`GRIDMAP_{name.upper()}`" in page("settings.md")


def subclasses(base):
    return [base, *(found for child in base.__subclasses__() for found in subclasses(child))]


@pytest.mark.parametrize("error", subclasses(errors.GridmapError), ids=lambda error: error.__name__)
def test_every_error_is_documented_with_its_status(error):
    row = next(line for line in page("errors.md").splitlines() if line.startswith(f"| `{error.__name__}`"))
    assert f"| {int(STATUS[error])} |" in row


def names(schema, prefix=""):
    for name, field in schema.model_fields.items():
        yield f"{prefix}{name}"
        kind = field.annotation
        if isinstance(kind, type) and hasattr(kind, "model_fields"):
            yield from names(kind, f"{prefix}{name}.")


@pytest.mark.parametrize("name", list(names(Report)))
def test_every_name_of_the_report_is_documented(name):
    assert f"`{name}`" in page("report.md")


def test_the_page_about_city_toml_is_current():
    spec = importlib.util.spec_from_file_location("reference", DOCS / "reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    assert page("city.md") == reference.page(), "run `make docs`"
    assert page("roles.md") == reference.roles_page(), "run `make docs`"


@pytest.mark.parametrize("name", sorted(City.model_fields))
def test_every_table_of_city_toml_is_documented(name):
    assert f"`{name}`" in page("city.md")
