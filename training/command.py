"""What the commands that read data sets, train and measure have in common."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable
from functools import wraps

from app.network import NetworkError


class TrainingError(Exception):
    """What ends a command and is no fault of the program; the message is one sentence."""


def command_line(main: Callable[[], int | None]) -> Callable[[], int]:
    """Make a function that is a command line return its exit status, whatever becomes of it.

    What is wrong with data, a network, a file or the machine is told in one sentence on stderr, and
    Ctrl-C ends the command without a word.
    """

    @wraps(main)
    def run() -> int:
        try:
            return main() or 0
        except KeyboardInterrupt:
            return 130
        except Exception as error:
            print(explain(error), file=sys.stderr)
            return 1

    return run


def explain(error: Exception) -> str:
    """One sentence on an error that is no fault of the program; raises any other again."""
    match error:
        case TrainingError() | NetworkError():
            return str(error)
        case OSError():
            full = "cannot be written, the disk is full; make room and try again"
            reason = full if is_disk_full(error) else error.strerror or error
            return f"{error.filename or 'A file'}: {reason}"
    if isinstance(error, MemoryError) or _is_of_tensorflow(error):
        return "There is too little memory; close other programs and try again"
    raise error


def _is_of_tensorflow(error: Exception) -> bool:
    """Whether TensorFlow, which not all commands need, had too little memory."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(error, tensorflow.errors.ResourceExhaustedError)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether a full disk is the cause of an error, or of one that came before it."""
    while error is not None:
        # h5py tells of it in words alone, and zipfile by a further error while it closes the file.
        if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def check_seed(parser: argparse.ArgumentParser, seed: int) -> None:
    """End the command with a sentence where its --seed is none that Keras takes."""
    if not 0 <= seed < 2**32:
        parser.error(f"--seed {seed}: this must be from 0 to {2**32 - 1}")
