"""Speaking the answer."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from app.settings import Settings
from app.ui import texts
from app.ui.speech import DELAY, Speaker, speech_command, spoken

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="programs are made of shell scripts"
)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the only programs that there are."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(folder: Path, name: str, script: str = "") -> Path:
    """A program that writes down what it is to say."""
    said = folder / "said"
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "$@" >> {said}\n{script}\n')
    program.chmod(0o755)
    return said


def wait_for(path: Path, text: str) -> None:
    end = time.monotonic() + 10
    while not path.exists() or path.read_text() != text:
        assert time.monotonic() < end, path.read_text() if path.exists() else "nothing was said"
        time.sleep(0.01)


def test_it_is_off_unless_it_is_asked_for() -> None:
    assert not Settings().speak


def test_without_a_program_nothing_is_said(programs: Path) -> None:
    speaker = Speaker()
    assert not speaker.can
    speaker.follow("7", "en", 0)
    assert not speaker.waits
    speaker.follow("7", "en", 10)


@pytest.mark.parametrize(
    ("program", "words"),
    [("spd-say", "-l de 12, 7"), ("espeak-ng", "-v de 12, 7"), ("espeak", "-v de 12, 7")],
)
def test_the_program_that_there_is_speaks_the_language(
    programs: Path, program: str, words: str
) -> None:
    said = install(programs, program)
    speaker = Speaker()
    assert speaker.can
    speaker.follow("12 7", "de", 0)
    assert speaker.waits
    speaker.follow("12 7", "de", DELAY)
    assert not speaker.waits
    wait_for(said, f"{words}\n")


def test_a_number_is_spoken_when_it_is_written_and_once(programs: Path) -> None:
    said = install(programs, "espeak")
    speaker = Speaker()
    for at, answer in ((0.0, "2"), (0.5, "20"), (1.0, "202"), (1.5, "2026")):
        speaker.follow(answer, "en", at)
        speaker.follow(answer, "en", at + 0.4)
    for at in (2.4, 2.5, 9.0):
        speaker.follow("2026", "en", at)
    wait_for(said, "-v en 2026\n")
    speaker.follow("", "en", 10)
    speaker.follow("", "en", 12)
    assert not speaker.waits
    speaker.follow("2026", "en", 13)
    speaker.follow("2026", "en", 14)
    wait_for(said, "-v en 2026\n-v en 2026\n")


def test_the_window_never_waits_for_it(programs: Path) -> None:
    said = install(programs, "espeak", "exec /bin/sleep 60")
    speaker = Speaker()
    start = time.monotonic()
    for number in range(3):
        speaker.follow(str(number), "en", 10 * number)
        speaker.follow(str(number), "en", 10 * number + 1)
        wait_for(said, "".join(f"-v en {i}\n" for i in range(number + 1)))
    assert time.monotonic() - start < 10
    assert speaker._process is not None
    speaker._process.terminate()


@pytest.mark.parametrize("gone", [False, True])
def test_a_program_that_is_gone_or_damaged_is_no_error(programs: Path, gone: bool) -> None:
    install(programs, "espeak")
    speaker = Speaker()
    if gone:
        (programs / "espeak").unlink()
    else:
        (programs / "espeak").write_text("no program")
    speaker.follow("7", "en", 0)
    speaker.follow("7", "en", 1)
    assert not speaker.can


def test_doubt_is_spoken(programs: Path) -> None:
    assert spoken("4?2") == f"4 {texts.SPOKEN_UNSURE} 2"
    assert spoken("?") == texts.SPOKEN_UNSURE
    assert spoken("12 3\n4") == "12, 3, 4"


def test_what_is_spoken_on_windows_and_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert speech_command("7", "en") == ["say", "7"]
    monkeypatch.setattr(sys, "platform", "win32")
    assert speech_command("7", "en")[-1].endswith("Speak('7')")
