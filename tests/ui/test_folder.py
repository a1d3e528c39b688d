"""The list of folders and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ui.folder import Listing, first_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "pictures"
    for name in ("scans", "Archive", ".cache"):
        (home / name).mkdir(parents=True)
    for name in ("b.png", "A.JPG", "c.jpeg", "notes.txt", ".hidden.png", "noname"):
        (home / name).touch()
    return home


def names(listing: Listing) -> list[str]:
    return [entry.name for entry in listing.entries]


def test_folders_come_first_then_pictures_and_nothing_else(folder: Path) -> None:
    listing = Listing(folder)
    assert names(listing)[1:] == ["Archive", "scans", "A.JPG", "b.png", "c.jpeg"]
    assert listing.entries[0].path == folder.parent
    assert [entry.is_folder for entry in listing.entries] == [True] * 3 + [False] * 3
    assert listing.selected is None and not listing.empty


def test_typed_characters_leave_what_has_them_in_its_name(folder: Path) -> None:
    listing = Listing(folder)
    listing.type("C")
    assert names(listing) == ["Archive", "scans", "c.jpeg"]
    assert listing.selected == 0
    listing.type("nowhere")
    assert listing.entries == [] and listing.selected is None and listing.empty
    listing.move(0, 1)
    assert listing.selected is None
    listing.type("")
    assert len(listing.entries) == 6 and listing.selected is None


def test_a_path_that_is_typed_is_entered(folder: Path) -> None:
    listing = Listing(folder)
    for typed, entered in (
        ("scans/", folder / "scans"),
        ("../", folder),
        (f"{folder.parent}/", folder.parent),
    ):
        listing.type(typed)
        assert listing.folder == entered and listing.typed == ""
        assert len(listing.entries) > 0
    listing.type("~/")
    assert listing.folder == Path.home()
    for nowhere in ("nowhere/", "~nobody-of-that-name/", 300 * "x" + "/"):
        listing.enter(folder)
        listing.type(nowhere)
        assert listing.folder == folder and listing.empty


def test_one_gets_into_folders_and_out_of_them(folder: Path) -> None:
    listing = Listing(folder)
    listing.type("scan")
    listing.enter(listing.entries[0].path)
    assert listing.folder == folder / "scans" and listing.typed == "" and listing.empty
    listing.enter_parent()
    assert listing.folder == folder
    for _ in range(30):
        listing.enter_parent()
    assert listing.folder == Path(folder.anchor)
    assert not any(entry.name.startswith("Up to") for entry in listing.entries)


def test_the_selection_stays_in_the_list(folder: Path) -> None:
    listing = Listing(folder)
    listing.move(0, -1)
    assert listing.selected == 0
    listing.move(2, 100)
    assert listing.selected == 5


def test_a_folder_that_cannot_be_looked_into_says_so(folder: Path) -> None:
    listing = Listing(folder / "gone")
    assert listing.empty and "cannot be looked into" in listing.trouble
    listing.enter_parent()
    assert not listing.trouble and len(listing.entries) == 6


def test_a_link_to_nowhere_does_no_harm(folder: Path) -> None:
    (folder / "link.png").symlink_to(folder / "gone")
    (folder / "loop").symlink_to(folder / "loop")
    assert "link.png" in names(Listing(folder))


def test_the_first_folder_exists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "gone"))
    assert first_folder().is_dir()
    monkeypatch.setattr("app.ui.folder.user_pictures_path", lambda: tmp_path)
    assert first_folder() == tmp_path
