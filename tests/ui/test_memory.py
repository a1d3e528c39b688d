from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import ctypes
from pathlib import Path
from app.ui.memory import give_back

def held():
    return int(Path("/proc/self/statm").read_text().split()[1])

malloc, free = ctypes.CDLL(None).malloc, ctypes.CDLL(None).free
malloc.restype, free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
rooms = [malloc(100_000) for _ in range(500)]
for room in rooms:
    ctypes.memset(ctypes.c_void_p(room), 1, 100_000)
for room in rooms[:-1]:  # the last one keeps the top of the heap where it is
    free(room)
before = held()
give_back()
print(before - held())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there the C library has to be told")
def test_what_was_freed_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert int(done.stdout) * 4096 > 30e6
