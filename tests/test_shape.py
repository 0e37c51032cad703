"""The shape of the house: sizes, names, docstrings, and a README that tells the truth."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted(
    path
    for package in ("gridmap", "geodata", "api")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
UNNAMED = {"utils", "helpers", "common", "services", "managers", "misc", "tools"}


def functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function):
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def is_kernel(function):
    """A numba kernel is one long loop on purpose: a call inside it costs what it saves."""
    marks = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any("njit" in mark or mark == "kernel" for mark in marks)


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_under_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_stay_under_40_lines(path):
    long = [f"{f.name}: {body_lines(f)}" for f in functions(path) if body_lines(f) > 40 and not is_kernel(f)]
    assert long == []


def test_nine_functions_in_ten_are_under_30_lines():
    lengths = sorted(body_lines(f) for path in CODE for f in functions(path) if not is_kernel(f))
    assert lengths[int(len(lengths) * 0.9)] < 30


def test_every_module_has_a_name_that_says_something():
    assert [str(path) for path in CODE if path.stem in UNNAMED] == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_have_docstrings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert ast.get_docstring(tree), "the module has no docstring"
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def tracked_folders():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return {line.split("/")[0] for line in listed.stdout.splitlines() if "/" in line and not line.startswith(".")}


def test_the_tree_in_the_readme_equals_the_folders():
    tree = re.search(r"```text\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert tree, "README.md has no ```text tree"
    drawn = set(re.findall(r"^([a-z]+)/", tree.group(1), re.MULTILINE))
    assert drawn == tracked_folders()


def test_nothing_names_a_machine_or_a_registry():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    hosts = re.compile(
        r"pypi\.org|registry\.npmjs|files\.pythonhosted|unpkg\.com|jsdelivr|/root/|/home/\w|(?<!\w)/work/"
    )
    hits = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".png", ".gz", ".pbf", ".jpg"} or name == "tests/test_shape.py":
            continue
        hits += [name for line in path.read_text(encoding="utf-8").splitlines() if hosts.search(line)]
    assert hits == []
