"""Which end of a pen is on the paper."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from app.ui.stylus import Device, Stylus, an_eraser_moves
from tests.ui.xvfb import Xvfb

POINTER, MOUSE, TIP, ERASER = 2, 6, 8, 9


def devices(moved_last: int) -> list[Device]:
    """Those of a tablet with its usual driver."""
    return [
        Device(POINTER, "Virtual core pointer", True, frozenset({moved_last})),
        Device(MOUSE, "A mouse", False, frozenset({MOUSE})),
        Device(TIP, "Wacom Intuos S Pen stylus", False, frozenset({TIP})),
        Device(ERASER, "Wacom Intuos S Pen eraser", False, frozenset({ERASER})),
    ]


@pytest.mark.parametrize("device", [MOUSE, TIP, ERASER])
def test_what_moved_the_pointer_last_counts(device: int) -> None:
    assert an_eraser_moves(devices(device)) == (device == ERASER)


def test_without_an_x_server_nothing_is_an_eraser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":no-such-display")
    stylus = Stylus()
    assert stylus.devices() == [] and not stylus.erases()


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb")
@pytest.mark.skipif(not shutil.which("xdotool"), reason="needs xdotool")
def test_the_devices_of_an_x_server_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    with Xvfb() as display:
        monkeypatch.setenv("DISPLAY", display.name)
        stylus = Stylus()
        if not stylus.devices():
            pytest.skip("needs libX11 and libXi")
        move = ["xdotool", "mousemove", "30", "40", "click", "1"]
        subprocess.run(move, env={**os.environ, "DISPLAY": display.name}, check=True)
        found = stylus.devices()
        (pointer,) = (device for device in found if device.is_pointer)
        (source,) = (device for device in found if device.number in pointer.sources)
        assert source.name == "Virtual core XTEST pointer" and not stylus.erases()
