"""What is told of a training while it runs, on a terminal and in a file."""

import io
import re
from typing import TextIO

import pytest

from training.progress import Progress, format_seconds

FIGURES = {"loss": 0.5, "accuracy": 0.9}
HELD_BACK = {"val_loss": 0.4, "val_accuracy": 0.95}
STEPS = 4


class Pipe(io.StringIO):
    """Only what was flushed has arrived."""

    arrived = ""

    def flush(self) -> None:
        self.arrived = self.getvalue()


class Terminal(Pipe):
    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        """What stands in each line, where a carriage return goes back to its start."""
        shown = []
        for line in self.arrived.split("\n"):
            cells = ""
            for text in line.split("\r"):
                cells = text + cells[len(text) :]
            shown.append(cells.rstrip())
        return shown


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def train_two_epochs(stream: TextIO, seconds_per_step: float, *, validate: bool = True) -> None:
    """Tell of so many steps, each of which takes so long."""
    clock = Clock()
    progress = Progress(2, STEPS, stream, clock)
    progress.on_train_begin()
    for epoch in range(2):
        progress.on_epoch_begin(epoch)
        for step in range(STEPS):
            clock.now += seconds_per_step
            progress.on_train_batch_end(step, FIGURES)
        progress.on_epoch_end(epoch, {**FIGURES, **HELD_BACK} if validate else FIGURES)


def test_a_file_gets_a_line_about_every_half_minute_and_at_the_end_of_each_epoch() -> None:
    pipe = Pipe()
    train_two_epochs(pipe, seconds_per_step=12)
    held_back = "held back: loss 0.4000, accuracy 95.00%"
    assert pipe.arrived.splitlines() == [
        "Epoch 1/2, step 3/4: loss 0.5000, accuracy 90.00%, 1 min left",
        f"Epoch 1/2: loss 0.5000, accuracy 90.00%; {held_back}, 48 s left",
        "Epoch 2/2, step 3/4: loss 0.5000, accuracy 90.00%, 12 s left",
        f"Epoch 2/2: loss 0.5000, accuracy 90.00%; {held_back}",
    ]
    assert pipe.arrived.isascii()
    assert pipe.arrived.replace("\n", "").isprintable()


def test_a_terminal_keeps_one_line_per_epoch() -> None:
    terminal = Terminal()
    train_two_epochs(terminal, seconds_per_step=12)
    file = Pipe()
    train_two_epochs(file, seconds_per_step=12)
    lasting = [line for line in file.arrived.splitlines() if "step" not in line]
    assert terminal.lines() == [*lasting, ""]
    assert terminal.arrived.count("step") == 2 * STEPS


def test_without_validation_nothing_is_told_of_it() -> None:
    pipe = Pipe()
    train_two_epochs(pipe, seconds_per_step=1, validate=False)
    assert pipe.arrived.splitlines() == [
        "Epoch 1/2: loss 0.5000, accuracy 90.00%, 4 s left",
        "Epoch 2/2: loss 0.5000, accuracy 90.00%",
    ]


def test_a_line_that_is_rewritten_fits_into_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    terminal = Terminal()
    train_two_epochs(terminal, seconds_per_step=12)
    rewritten = [text for text in re.split("[\r\n]", terminal.arrived) if "step" in text]
    assert max(map(len, rewritten)) == 29


def test_what_is_told_after_a_break_stands_in_a_line_of_its_own() -> None:
    terminal = Terminal()
    progress = Progress(2, STEPS, terminal, clock := Clock())
    progress.on_epoch_begin(0)
    clock.now += 1
    progress.on_train_batch_end(0, FIGURES)
    progress.end_line()
    progress.end_line()
    assert terminal.lines() == ["Epoch 1/2, step 1/4: loss 0.5000, accuracy 90.00%", ""]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (3569, "59 min"), (3900, "1 h 5 min")],
)
def test_a_time_is_told_as_people_say_it(seconds: float, words: str) -> None:
    assert format_seconds(seconds) == words
