"""Ink: what the pen did, as data.

A drawing is a list of strokes, a stroke a list of points. The picture on the screen, the
28x28 image of the network and the ink file are all made from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.points import Points

LONGEST_LINE = 32_000_000
"""Bytes of a line of an ink file; the million points below take about as many."""
MOST_POINTS, MOST_STROKES = 1_000_000, 10_000
"""Of a drawing: hours of writing. More of either would take minutes and gigabytes to read."""
DEEPEST = 100
"""Levels of lists and objects in what is kept beside the strokes, so that it can be written again
from anywhere."""


class InkError(Exception):
    """An ink file, or one of its lines, that cannot be read; the message is one sentence."""


@dataclass(slots=True)
class Stroke:
    """The points from pen down to pen up. It grows while the pen is down."""

    points: Points = field(default_factory=Points)
    channels: tuple[list[Any], ...] = ()
    """What an ink file holds per point beside x, y and time (pressure, tilt): kept, not used."""

    @classmethod
    def from_xy(cls, xy: NDArray[np.float64]) -> Stroke:
        """A stroke without times, of an (n, 2) array of canvas pixels."""
        return cls(Points.from_arrays(*xy.T))

    def append(self, x: float, y: float, t: float | None = None) -> None:
        """Add a point in canvas pixels; `t` is in seconds, None where no time was recorded."""
        self.points.append(x, y, t)

    def xy(self) -> NDArray[np.float64]:
        """The points as an (n, 2) array of canvas pixels."""
        return self.points.xy()


class Box(NamedTuple):
    """An upright rectangle in canvas pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Ink:
    """A drawing: its strokes in the order in which they were written."""

    strokes: tuple[Stroke, ...] = ()

    @classmethod
    def from_lines(cls, lines: Sequence[NDArray[np.float64]]) -> Ink:
        """Ink without times, of one (n, 2) array of canvas pixels per stroke."""
        return cls(tuple(map(Stroke.from_xy, lines)))

    def with_stroke(self, stroke: Stroke) -> Ink:
        """This ink and, drawn last, another stroke."""
        return Ink((*self.strokes, stroke))

    def moved(self, scale: float, x: float, y: float) -> Ink:
        """This ink scaled about the origin, then shifted."""
        return Ink(
            tuple(
                replace(
                    stroke,
                    points=Points(
                        (scale * at_x + x, scale * at_y + y, t) for at_x, at_y, t in stroke.points
                    ),
                )
                for stroke in self.strokes
            )
        )

    def lines(self) -> list[NDArray[np.float64]]:
        """Every stroke that has points, as an (n, 2) array of canvas pixels."""
        return [stroke.xy() for stroke in self.strokes if stroke.points]


def bounding_box(lines: Sequence[NDArray[np.float64]]) -> Box:
    """The smallest box round the points of one or more (n, 2) arrays."""
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def transform(
    lines: Sequence[NDArray[np.float64]], turn: float = 0, slant: float = 0, stretch: float = 1
) -> list[NDArray[np.float64]]:
    """(n, 2) arrays stretched in width and as much shrunk in height, slanted, then turned.

    `turn` is in radians, clockwise; `slant` in widths per height; all about the origin.
    """
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = rotation @ np.array([[stretch, slant], [0, 1 / stretch]])
    return [line @ matrix.T for line in lines]


def lengths_along(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) distances along an (n, 2) line, n >= 1, from its start to each of its points."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def evenly(
    line: NDArray[np.float64], along: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """(count, 2) points evenly along an (n, 2) line, of which `along` are the lengths."""
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])], axis=1)


@dataclass(frozen=True)
class Drawing:
    """One line of an ink file: the ink, and every other key of the line (`word`: its label)."""

    ink: Ink
    keys: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def on_paper(cls, ink: Ink, paper: Box | None) -> Drawing:
        """A drawing with the part of its plane that was seen as paper, if that is known."""
        return cls(ink, {"paper": [round(value, 2) for value in paper]} if paper else {})

    @property
    def paper(self) -> Box | None:
        """The part of its plane that was seen as paper, where that is told."""
        match self.keys.get("paper"):
            case [x, y, width, height] as values if all(map(_is_usable, values)):
                return Box(x, y, width, height) if min(width, height) >= 1 else None
        return None


def is_ink_file(path: str | PathLike[str]) -> bool:
    """Whether a file is an ink file by its name."""
    return Path(path).suffix.lower() == ".ndjson"


def read_drawings(path: str | PathLike[str]) -> Iterator[Drawing | InkError]:
    """Read an ink file (`.ndjson`, the layout of Google's Quick, Draw! data set), line by line.

    Yields one item per line that is not blank: the drawing, or, in place of a damaged line, the
    error that names it, so that one bad line loses only itself.

    Raises InkError if the file cannot be opened or holds no drawing.
    """
    path = Path(path)
    empty = True
    try:
        with path.open("rb") as file:
            for number, line in enumerate(_lines(file), start=1):
                if not line.strip():
                    continue
                empty = False
                try:
                    yield parse_line(line)
                except InkError as error:
                    yield InkError(f"{path}, line {number}: {error}")
    except OSError as error:
        raise InkError(f"{path}: cannot be opened ({error.strerror or error})") from None
    if empty:
        raise InkError(f"{path}: the file holds no drawing")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, of one longer than `LONGEST_LINE` only so much that this is seen."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)


def parse_line(line: bytes) -> Drawing:
    """One line of an ink file, as it is in the file, as a drawing; raises InkError."""
    if len(line) > LONGEST_LINE:
        raise InkError(
            f"the line is longer than {LONGEST_LINE // 1_000_000} MB, too long for a drawing"
        )
    try:
        text = line.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError:
        raise InkError("this is not UTF-8 text") from None
    return parse_drawing(text)


def parse_drawing(line: str) -> Drawing:
    """One line of an ink file as a drawing; the times, milliseconds there, become seconds.

    Raises InkError where the line is no JSON or does not have the layout.
    """
    if line.count("[") + line.count("{") > MOST_POINTS:
        raise InkError(f"there are more than {MOST_POINTS:,} lists in it, too many for a drawing")
    try:
        keys = json.loads(line)
    except json.JSONDecodeError as error:
        raise InkError(f"this is not JSON ({error.msg} at character {error.pos + 1})") from None
    except ValueError:
        raise InkError("a number in it has too many digits") from None
    except RecursionError:
        raise InkError("this JSON is nested too deeply for a drawing") from None
    if not isinstance(keys, dict) or not isinstance(keys.get("drawing"), list):
        raise InkError('there is no "drawing" list in it')
    drawing = keys.pop("drawing")
    if len(drawing) > MOST_STROKES:
        raise InkError(f"there are more than {MOST_STROKES:,} strokes in it")
    strokes = [_parse_stroke(arrays, i) for i, arrays in enumerate(drawing, start=1)]
    if sum(len(stroke.points) for stroke in strokes) > MOST_POINTS:
        raise InkError(f"there are more than {MOST_POINTS:,} points in it")
    if not _is_shallow([keys, *(stroke.channels for stroke in strokes)]):
        raise InkError("this JSON is nested too deeply for a drawing")
    return Drawing(Ink(tuple(strokes)), keys)


def _is_shallow(value: Any, levels: int = DEEPEST) -> bool:
    """Whether lists and objects are in each other at most so many levels deep."""
    if not isinstance(value, list | tuple | dict):
        return True
    parts = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(part, levels - 1) for part in parts)


def _parse_stroke(arrays: Any, number: int) -> Stroke:
    if (
        not isinstance(arrays, list)
        or len(arrays) < 2
        or not all(isinstance(array, list) for array in arrays)
    ):
        raise InkError(f"stroke {number} is not a list of x, of y and of times")
    if len(arrays[0]) > MOST_POINTS:
        raise InkError(f"there are more than {MOST_POINTS:,} points in it")
    if len({len(array) for array in arrays}) > 1:
        lengths = ", ".join(str(len(array)) for array in arrays)
        raise InkError(f"the lists of stroke {number} differ in length ({lengths})")
    if not all(_is_usable(value) for array in arrays[:3] for value in array):
        raise InkError(f"stroke {number} has a coordinate or time that is no number of sane size")
    xs, ys, *rest = arrays
    times = [t / 1000 for t in rest[0]] if rest else None
    return Stroke(Points.from_arrays(xs, ys, times), tuple(rest[1:]))


def _is_usable(value: Any) -> bool:
    """Whether a JSON value is a number to calculate with; NaN and infinity are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def format_drawing(drawing: Drawing) -> str:
    """One line of an ink file, without its line end; reading it gives the same drawing again."""
    strokes = [_format_stroke(stroke) for stroke in drawing.ink.strokes]
    return json.dumps({**drawing.keys, "drawing": strokes})


def _format_stroke(stroke: Stroke) -> list[list[Any]]:
    points = list(stroke.points)
    arrays: list[list[Any]] = [_shortest(point.x for point in points)]
    arrays.append(_shortest(point.y for point in points))
    times = [point.t for point in points if point.t is not None]
    if times and len(times) == len(points):
        # 15 digits undo the rounding of the division by which milliseconds became seconds.
        arrays.append(_shortest(float(f"{t * 1000:.15g}") for t in times))
    return arrays + list(stroke.channels)


def _shortest(values: Iterable[float]) -> list[float]:
    """The same numbers, without a point where nothing follows it."""
    return [int(value) if value.is_integer() else value for value in values]
