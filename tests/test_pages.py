from __future__ import annotations

from pathlib import Path

import pytest

from docs.pages import write_pages

SOUND = """
from __future__ import annotations
from pathlib import Path
from typing import NamedTuple

class Place(NamedTuple):
    "Where something is."
    path: Path
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of a name that pdoc, which forgets none, has not met."""
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / tmp_path.name
    folder.mkdir()
    (folder / "__init__.py").touch()
    return folder


def test_pages_are_written(package: Path, tmp_path: Path) -> None:
    (package / "module.py").write_text(SOUND)
    assert write_pages(tmp_path / "pages", [package.name]) == []
    page = tmp_path / "pages" / package.name / "module.html"
    assert "Where something is." in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("def lost(place: Nowhere) -> None: ...", "Nowhere"),
        ("class Lost(NamedTuple):\n    place: Nowhere", "Nowhere"),
        ("def lost() -> None:\n    'As `app.nowhere.lost` does.'", "no app.nowhere.lost"),
    ],
    ids=["type", "type of a field", "name"],
)
def test_what_leads_nowhere_is_told(package: Path, tmp_path: Path, damage: str, told: str) -> None:
    (package / "module.py").write_text(SOUND + damage)
    sentences = write_pages(tmp_path / "pages", [package.name])
    assert sentences
    assert all(told in sentence for sentence in sentences)
