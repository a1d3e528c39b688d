"""Gives back to the system what was freed."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress


def give_back() -> None:
    """Have the C library part with memory that is not in use, which glibc by itself hardly does.

    Python frees first what only refers to itself, as widgets do that are shown no longer.
    """
    gc.collect()
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
