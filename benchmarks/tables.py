"""The Markdown tables in which benchmarks print their figures, and of which charts are drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def head(*cells: str) -> str:
    """The first two lines of a table."""
    return f"{row(*cells)}\n{row(*len(cells) * ['---'])}"


def row(*cells: str) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


@dataclass(frozen=True)
class Table:
    """What a table says: the names of its columns, and its other rows as text."""

    columns: list[str]
    rows: list[list[str]]

    def numbers(self, column: str) -> list[float | None]:
        """The first number in each row of a column; None where there is none."""
        index = self.columns.index(column)
        found = [NUMBER.search(cells[index]) for cells in self.rows]
        return [float(match[0].replace(",", "")) if match else None for match in found]


def find_tables(text: str) -> list[Table]:
    """All tables in a text of Markdown."""
    tables = []
    for block in re.findall(r"(?:^\|.*\|$\n?){3,}", text, re.MULTILINE):
        lines = [
            [cell.strip() for cell in line.strip("| ").split("|")] for line in block.splitlines()
        ]
        # A first cell that is empty goes with the bars before it.
        names = block.splitlines()[0].removeprefix("|").removesuffix("|").split("|")
        lines[0] = [name.strip() for name in names]
        tables.append(Table(lines[0], lines[2:]))
    return tables
