"""Keeps what the C library holds small, and gives back to the system what was freed."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

M_ARENA_MAX = -8
"""Of glibc's `malloc.h`."""


def prepare() -> None:
    """Prepare for hours of use: to look for garbage is quick, and all threads share memory.

    What was imported is never garbage. By itself glibc gives each thread a place of its own, and
    what is free in one is of no use to the others.
    """
    gc.freeze()
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """Have the C library part with memory that is not in use, which glibc by itself hardly does.

    Python frees first what only refers to itself, as widgets do that are shown no longer.
    """
    gc.collect()
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
