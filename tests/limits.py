"""What reading a file from a stranger may take, and what it must not do."""

from __future__ import annotations

from pathlib import Path

SECONDS = 5.0
"""Of computing, in whichever process: what else the computer does is no fault of the file."""
MEGABYTES = 500


def peak_megabytes() -> float:
    """The most memory that this process had at once; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
