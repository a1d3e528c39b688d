from __future__ import annotations

import subprocess
import sys

import pytest

LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="only there the C library has to be told"
)
FREED = """
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

SHARED = """
import ctypes, sys
from threading import Barrier, Thread
from app.ui.memory import prepare

if sys.argv[1:]:
    prepare()
barrier = Barrier(4)
def take():
    barrier.wait()
    return [bytes(1000) for _ in range(1000)]
threads = [Thread(target=take) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def output(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@LINUX
def test_what_was_freed_is_given_back() -> None:
    assert int(output(FREED)) * 4096 > 30e6


@LINUX
def test_threads_take_memory_from_one_place() -> None:
    assert output(SHARED).count("<heap nr=") > 1
    assert output(SHARED, "prepare").count("<heap nr=") == 1


def test_looking_for_garbage_is_quick_once_all_is_imported() -> None:
    code = "import gc, app.ui.window; from app.ui.memory import prepare; prepare(); "
    assert int(output(code + "print(len(gc.get_objects()))")) < 1000
