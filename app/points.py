"""The points of a stroke, held as numbers.

All that was drawn can be undone, so that hours of it are held: as objects they would take seven
times the memory.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray


class Point(NamedTuple):
    """Where the pen was: canvas pixels, y down; seconds, or None where no times were recorded."""

    x: float
    y: float
    t: float | None = None


class Points(Sequence[Point]):
    """Points in the order in which the pen came to them."""

    __slots__ = ("_values",)

    def __init__(self, points: Iterable[tuple[float, float, float | None]] = ()) -> None:
        self._values = array("d")
        """x, y and t of one point after the other; t is NaN for None."""
        for x, y, t in points:
            self.append(x, y, t)

    @classmethod
    def from_arrays(
        cls,
        x: Sequence[float] | NDArray[np.float64],
        y: Sequence[float] | NDArray[np.float64],
        t: Sequence[float] | NDArray[np.float64] | None = None,
    ) -> Points:
        """Points of n values each; without `t` no times were recorded."""
        points = cls()
        times = np.full(len(x), math.nan) if t is None else t
        points._values.frombytes(np.array([x, y, times], np.float64).T.tobytes())
        return points

    def append(self, x: float, y: float, t: float | None = None) -> None:
        """Add a point in canvas pixels; `t` is in seconds, None where no time was recorded."""
        self._values.extend((x, y, math.nan if t is None else t))

    def xy(self) -> NDArray[np.float64]:
        """(n, 2) canvas pixels."""
        return np.array(self._values).reshape(-1, 3)[:, :2].copy()

    def __len__(self) -> int:
        return len(self._values) // 3

    def __iter__(self) -> Iterator[Point]:
        return map(_point, *3 * [iter(self._values)])

    @overload
    def __getitem__(self, index: int) -> Point: ...
    @overload
    def __getitem__(self, index: slice) -> list[Point]: ...
    def __getitem__(self, index: int | slice) -> Point | list[Point]:
        numbers = range(len(self))[index]  # raises IndexError
        if isinstance(numbers, int):
            return _point(*self._values[3 * numbers : 3 * numbers + 3])
        return [self[number] for number in numbers]

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Points({list(self)})"


def _point(x: float, y: float, t: float) -> Point:
    return Point(x, y, None if math.isnan(t) else t)
