"""The documents and docstrings name nothing that is not there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "training", "benchmarks", "docs")
FOLDERS = (*PACKAGES, "assets", "tests")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(path for f in PACKAGES for path in ROOT.glob(f"{f}/**/*.md"))]
)
SOURCES = sorted(path for folder in PACKAGES for path in ROOT.glob(f"{folder}/**/*.py"))

LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
FILE = re.compile(rf"(?<![\w/.])(?:{'|'.join(FOLDERS)})/[\w/.-]*\w/?")
DOTTED = re.compile(rf"`((?:{'|'.join(PACKAGES)})(?:\.\w+)+)(?:\(\))?`")
CONSTANT = re.compile(r"`([A-Z][A-Z0-9_]{2,})`")
NOT_KEPT = {"assets/digits.previous.h5"}
"""Files that only come to be when the program is used."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_and_pictures_lead_to_something(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        linked = (page.parent / target).resolve() if target else page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked)


@pytest.mark.parametrize("path", [*PAGES, *SOURCES], ids=relative)
def test_files_that_are_named_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    if path in SOURCES:
        text = "\n".join(docstring for docstring, _ in docstrings(path))
    missing = {name for name in FILE.findall(text) if not (ROOT / name).exists()}
    assert missing <= NOT_KEPT


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_names_in_docstrings_exist(path: Path) -> None:
    for docstring, _ in docstrings(path):
        for name in DOTTED.findall(docstring):
            assert is_defined(name), name
        for constant in CONSTANT.findall(docstring):
            assert constant in path.read_text("utf-8").replace(f"`{constant}`", ""), constant


def docstrings(path: Path) -> Iterator[tuple[str, int]]:
    """The texts of a module that stand alone, and their lines."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text, node.lineno


def is_defined(name: str) -> bool:
    """Whether `package.module.thing.part` is a module, or defined in one."""
    words = name.split(".")
    for count in range(len(words), 0, -1):
        folder = ROOT.joinpath(*words[:count])
        for module in (folder.with_suffix(".py"), folder / "__init__.py"):
            if module.exists():
                return set(words[count:]) <= names(module)
    return False


@cache
def names(module: Path) -> set[str]:
    """All that is defined or imported in a module, at whatever depth."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
    return found


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("app.ink", True),
        ("app.ink.Ink.from_lines", True),
        ("app.network.Network", True),
        ("app.nowhere", False),
        ("app.ink.nothing", False),
    ],
)
def test_a_name_is_looked_up_in_its_module(name: str, there: bool) -> None:
    assert is_defined(name) is there
