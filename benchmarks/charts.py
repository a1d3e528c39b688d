"""Charts of the tables that benchmarks print: bars, each with the words of its cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib import rc_context
from matplotlib.figure import Figure

from benchmarks.tables import Table

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


def draw(panels: Sequence[Panel], tables: Sequence[Table], path: Path) -> None:
    """Draw panels side by side into an SVG file."""
    bars = [_bars(panel, tables[panel.table]) for panel in panels]
    rows = max(len(cells) for _, cells, _ in bars)
    longest = max(len(name) for names, _, _ in bars for name in names)
    with rc_context(STYLE):
        size = 0.07 * longest + 3 * len(panels), 0.26 * rows + 0.6  # inches
        figure = Figure(size, layout="constrained")
        for axes, panel, (names, cells, values) in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels, bars, strict=True
        ):
            alone = not any(name.startswith("Digit Pad") for name in names)
            colours = [OURS if alone or name.startswith("Digit Pad") else OTHERS for name in names]
            drawn = axes.barh(range(len(names)), values, color=colours, height=0.7)
            axes.bar_label(drawn, cells, padding=3, fontsize=8)
            again = axes is not figure.axes[0] and names == bars[0][0]
            axes.set_yticks(range(len(names)), len(names) * [""] if again else names)
            axes.invert_yaxis()
            axes.set_title(panel.title or panel.column)
            axes.set_xlim(0, max(*values, 1e-9) * 1.35)
            axes.set_xticks([])
            axes.tick_params(length=0)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", facecolor="white", metadata={"Date": None})


def _bars(panel: Panel, table: Table) -> tuple[list[str], list[str], list[float]]:
    """Names, cells and values of the bars: of the rows that have a number there."""
    name_columns = [table.columns.index(name) for name in panel.names] or [0]
    column = table.columns.index(panel.column)
    names, cells, values = [], [], []
    for row, value in zip(table.rows, table.numbers(panel.column), strict=True):
        if value is not None:
            names.append(", ".join(row[i].replace("`", "") for i in name_columns))
            cells.append(row[column])
            values.append(value)
    return names, cells, values
