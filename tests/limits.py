"""What reading a file from a stranger may take, and what it must not do."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

SECONDS = 5.0
"""Of computing, in whichever process: what else the computer does is no fault of the file."""
MEGABYTES = 500


def peak_megabytes() -> float:
    """The most memory that this process had at once; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024


OPENS = ("open", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.scandir", "os.truncate")
EXECUTES = ("os.", "subprocess.", "socket.", "ctypes.", "exec", "compile", "import", "pickle.")
"""What these events begin with; the others of `os` start processes or change the system."""


class Watch:
    """Notes, while it is `on`, in `events` what this process executes and which files it opens,
    other than one file or those in one folder."""

    def __init__(self, allowed: Path) -> None:
        self.on = False
        self.events: list[str] = []
        self._allowed = allowed
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in OPENS:
            names = arguments[:2] if event == "os.rename" else arguments[:1]
            if all(map(self._is_allowed, names)):
                return
        if event in OPENS or event.startswith(EXECUTES):
            self.events.append(f"it does {event} {arguments}")

    def _is_allowed(self, name: int | str | bytes) -> bool:
        if isinstance(name, int):
            return True  # a file that is open
        path = Path(os.fsdecode(name))
        return self._allowed in (path, *path.parents)
