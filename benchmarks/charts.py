"""Charts of the tables that benchmarks print: bars, each with the words of its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib import rc_context
from matplotlib.figure import Figure

from benchmarks.tables import Table

PROGRAM = "Digit Pad"
"""What a row or a title begins with that is the program's."""
OURS, OTHERS, GREY = "#2f6fde", "#9aa3ad", "#59636e"
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "digit-pad",  # so that the same figures make the same file
    "font.sans-serif": ["DejaVu Sans", "sans-serif"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.bottom": False,
    "axes.edgecolor": GREY,
    "text.parse_math": False,
}


class Panel(NamedTuple):
    """One column of bars.

    Attributes:
        column: whose figures are shown, which is also the title unless there is another.
        table: the number of the table in the output, from 0.
        title: what the panel is called.
        names: the columns that say whose figure it is; the first one by default.
    """

    column: str
    table: int = 0
    title: str = ""
    names: tuple[str, ...] = ()


class _Bars(NamedTuple):
    """The bars of a panel: whose each is, its words and its length."""

    title: str
    names: list[str]
    cells: list[str]
    values: list[float]

    @property
    def unit(self) -> str:
        """What stands behind the first number."""
        found = re.match(r"[-\d.,]+\s*(%|[a-zA-Z]*)", self.cells[0]) if self.cells else None
        return found[1] if found else ""

    @property
    def ours(self) -> list[bool]:
        """Which of them are the program's."""
        return [self.title.startswith(PROGRAM) or name.startswith(PROGRAM) for name in self.names]


def draw(panels: Sequence[Panel], tables: Sequence[Table], path: Path) -> None:
    """Draw panels side by side into an SVG file, those of the same unit to the same scale."""
    drawn = [_bars(panel, tables[panel.table]) for panel in panels]
    rows = max(len(bars.names) for bars in drawn)
    longest = max(len(name) for bars in drawn for name in bars.names)
    compared = any(any(bars.ours) for bars in drawn)
    with rc_context(STYLE):
        size = 0.07 * longest + 3 * len(drawn), 0.26 * rows + 0.6  # inches
        figure = Figure(size, layout="constrained")
        all_axes = figure.subplots(1, len(drawn), squeeze=False)[0]
        before: list[str] = []
        for axes, bars in zip(all_axes, drawn, strict=True):
            colours = [OURS if ours or not compared else OTHERS for ours in bars.ours]
            shown = axes.barh(range(len(bars.names)), bars.values, color=colours, height=0.7)
            axes.bar_label(shown, bars.cells, padding=3, fontsize=8)
            shown_names = len(before) * [""] if bars.names == before else bars.names
            axes.set_yticks(range(len(bars.names)), shown_names)
            before = bars.names
            axes.invert_yaxis()
            axes.set_title(bars.title)
            most = max(
                value for other in drawn if other.unit == bars.unit for value in other.values
            )
            axes.set_xlim(0, max(most, 1e-9) * 1.35)
            axes.set_xticks([])
            axes.tick_params(length=0)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", facecolor="white", metadata={"Date": None})


def _bars(panel: Panel, table: Table) -> _Bars:
    """Of the rows that have a number there."""
    name_columns = [table.columns.index(name) for name in panel.names] or [0]
    column = table.columns.index(panel.column)
    bars = _Bars(panel.title or panel.column, [], [], [])
    for row, value in zip(table.rows, table.numbers(panel.column), strict=True):
        if value is not None:
            bars.names.append(", ".join(row[i].replace("`", "") for i in name_columns))
            bars.cells.append(row[column])
            bars.values.append(value)
    return bars
