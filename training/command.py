"""What the commands that read data sets, train and measure have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps

from app.network import NetworkError


class TrainingError(Exception):
    """What ends a command and is no fault of the program; the message is one sentence."""


def command_line(main: Callable[[], int | None]) -> Callable[[], int]:
    """Make a function that is a command line return its exit status, whatever becomes of it.

    What is wrong with data, a network or a file to write is told in its one sentence on stderr, and
    Ctrl-C ends the command without a word.
    """

    @wraps(main)
    def run() -> int:
        try:
            return main() or 0
        except (TrainingError, NetworkError) as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130

    return run
