"""The pictures of a report: rows of training data, and charts and pictures as text for HTML."""

from __future__ import annotations

import base64
import html
import inspect
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from PIL import Image

from app.preprocess import Picture, ink_to_image
from training.augment_ink import INK_VARIATIONS, PEN_WIDTH, Lines, pen_width, to_unit_size
from training.augment_pictures import INK_IMAGE_VARIATIONS, SCAN_VARIATIONS
from training.evaluate import BINS, Result
from training.outliers import PAIRS_OF_SCANS, outliers, pair_of_scans
from training.parts import NO_DIGIT, TrainingData

VARIED = 9
"""So many pictures show a variation, beside the one that is not varied."""
TRIED = 30
"""Of so many pen digits the one is shown that a variation changes most: some are for few digits."""

TEXT, FIRST, SECOND = "#010101", "#010102", "#010103"
COLOURS = {TEXT: "currentColor", FIRST: "var(--accent)", SECOND: "var(--second)"}
"""What the colours of a chart become in the page, so that it follows light and dark."""
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "lines.linewidth": 1.8,
    "lines.markersize": 3.5,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.grid": True,
    "grid.alpha": 0.15,
    "grid.color": TEXT,
    "legend.frameon": False,
    "text.color": TEXT,
    "text.parse_math": False,
    **{f"axes.{part}color": TEXT for part in ("edge", "label", "title")},
    **{f"{axis}tick.color": TEXT for axis in "xy"},
}
CURVES = {
    "loss": {"loss": "training", "val_loss": "held back"},
    "accuracy": {"accuracy": "training", "val_accuracy": "held back"},
    "learning rate": {"learning_rate": "training"},
}
"""The charts of a training: the curves of each, as Keras and as people call them."""


@dataclass(frozen=True)
class Row:
    """Pictures that belong together.

    Attributes:
        title: what they are.
        caption: what is to be said of them, in a sentence or two.
        images: (28, 28) float32 each, 0 = paper to 1 = ink.
        labels: a few words for each image, or none.
    """

    title: str
    caption: str
    images: Sequence[Picture]
    labels: Sequence[str]


def sample_rows(data: TrainingData, rng: np.random.Generator) -> list[Row]:
    """Each digit of each data set once."""
    digits = list("0123456789")
    chosen = [rng.choice(np.flatnonzero(data.labels == int(digit))) for digit in digits]
    scans = [_to_picture(data.images[i]) for i in chosen]
    rows = [Row("MNIST", "Digits on paper forms, scanned.", scans, digits)]
    for title, samples in [("pendigits", data.pendigits), ("UJI Pen Characters", data.uji)]:
        of_digit = [[s.lines for s in samples if s.label == digit] for digit in digits]
        drawn = [ink_to_image(same[rng.integers(len(same))]) for same in of_digit]
        rows.append(Row(title, "Strokes of a pen, drawn as the app draws them.", drawn, digits))
    return rows


def variation_rows(data: TrainingData, rng: np.random.Generator) -> list[Row]:
    """What each variation does to a digit, the still digit first, and each kind of outlier."""
    digits = data.pendigits + data.uji
    labels = ["still"] + VARIED * [""]
    rows = []
    for name, (share, vary) in INK_VARIATIONS.items():
        tried = []
        for i in rng.choice(len(digits), TRIED):
            still = to_unit_size(digits[i].lines)
            varied = [vary(still, digits[i].label, rng) for _ in range(VARIED)]
            tried.append([_draw(lines) for lines in [still, *varied]])
        caption = f"{_first_line(vary)} Tried on {share:.0%} of the pen digits."
        rows.append(Row(name, caption, max(tried, key=_change), labels))
    lines = digits[rng.integers(len(digits))].lines
    drawn = [ink_to_image(lines), *(ink_to_image(lines, pen_width(rng)) for _ in range(VARIED))]
    rows.append(Row(PEN_WIDTH, f"{_first_line(pen_width)} Of all pen digits.", drawn, labels))
    scan = _to_picture(data.images[rng.integers(len(data.images))])
    ink = ink_to_image(digits[rng.integers(len(digits))].lines)
    for plain, what, variations in (
        (scan, "scans", SCAN_VARIATIONS),
        (ink, "images of ink", INK_IMAGE_VARIATIONS),
    ):
        for name, (share, vary_pictures) in variations.items():
            pictures = vary_pictures(np.repeat(plain[None], VARIED, axis=0), rng)
            caption = f"{_first_line(vary_pictures)} Applied to {share:.0%} of the {what}."
            rows.append(Row(name, caption, [plain, *pictures], labels))
    for name, (share, draw) in outliers(data.letters, digits).items():
        drawn = [ink_to_image(draw(rng)) for _ in labels]
        share *= 1 - PAIRS_OF_SCANS
        caption = f"{_first_line(draw)} {share:.0%} of all that is no digit."
        rows.append(Row(name, caption, drawn, len(drawn) * [""]))
    pairs = [_to_picture(data.images[rng.integers(len(data.images), size=2)]) for _ in labels]
    caption = f"{_first_line(pair_of_scans)} {PAIRS_OF_SCANS:.0%} of all that is no digit."
    shown = [pair_of_scans(pair, rng) for pair in pairs]
    rows.append(Row("pair of scans", caption, shown, len(shown) * [""]))
    return rows


def _first_line(function: object) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def _to_picture(image: NDArray[np.uint8]) -> Picture:
    return image.astype(np.float32) / np.float32(255)


def _draw(lines: Lines) -> Picture:
    return ink_to_image([line * 100 for line in lines])


def _change(images: Sequence[Picture]) -> float:
    """How far the images are from the first of them."""
    return float(np.abs(np.array(images[1:]) - images[0]).sum())


def png_uri(picture: Picture) -> str:
    """A picture of any size, 0 = paper to 1 = ink, black on white, as the address of an image."""
    file = io.BytesIO()
    Image.fromarray(np.uint8(np.rint(255 * (1 - picture)))).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def learning_curves(history: Sequence[Mapping[str, float]]) -> list[str]:
    """A chart of loss, of accuracy and of learning rate by epoch, of whatever was recorded."""
    charts = []
    for title, names in CURVES.items():
        recorded = {key: name for key, name in names.items() if any(key in row for row in history)}
        if not recorded:
            continue
        with rc_context(STYLE):
            figure = Figure((3.8, 2.8), layout="constrained")
            axes = figure.add_subplot(title=title.capitalize(), xlabel="epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            for (key, name), colour in zip(recorded.items(), [FIRST, SECOND], strict=False):
                values = [row.get(key, np.nan) for row in history]
                axes.plot(range(1, len(history) + 1), values, "o-", color=colour, label=name)
            if len(recorded) > 1:
                axes.legend()
            charts.append(_svg(figure, f"{title} by epoch: {' and '.join(recorded.values())}"))
    return charts


def reliability_diagram(result: Result) -> str:
    """A chart of the accuracy of answers, and of their number, by their confidence."""
    count, right, _ = result.bins
    middles = (np.arange(BINS) + 0.5) / BINS
    accuracy = right / np.maximum(count, 1)
    title = f"{result.part.name}\ncalibration error: {result.calibration_error:.2f} points"
    with rc_context(STYLE):
        figure = Figure((3.4, 4.0), layout="constrained")
        above, below = figure.subplots(2, sharex=True, height_ratios=[3, 1])
        above.set(title=title, ylabel="accuracy", xlim=(0, 1), ylim=(0, 1.02))
        above.bar(middles, accuracy, 0.85 / BINS, color=FIRST)
        above.plot([0, 1], [0, 1], "--", color=TEXT, linewidth=1)
        below.bar(middles, count, 0.85 / BINS, color=SECOND, log=True)
        below.set(xlabel="confidence", ylabel="answers", ylim=(0.5, 2 * count.max()))
        below.yaxis.set_major_formatter("{x:,.0f}")
        return _svg(figure, f"{result.part.name}: accuracy and number of answers by confidence")


def confusion_table(result: Result) -> str:
    """A table of how often each digit was read as which; the more often wrongly, the redder."""
    answers = list(range(10))
    if (result.predicted == NO_DIGIT).any():
        answers.append(NO_DIGIT)
    counts = np.array(
        [
            [((result.part.labels == digit) & (result.predicted == a)).sum() for a in answers]
            for digit in range(10)
        ]
    )
    most = max(int(np.where(np.eye(*counts.shape), 0, counts).max()), 1)
    head = "".join(f"<th>{'none' if answer == NO_DIGIT else answer}</th>" for answer in answers)
    lines = [f"<tr><th></th>{head}</tr>"]
    for digit, row in enumerate(counts.tolist()):
        cells = []
        for answer, count in zip(answers, row, strict=True):
            heat = f' class="wrong" style="--heat: {15 + 65 * count / most:.0f}%"' if count else ""
            kind = ' class="right"' if answer == digit else heat
            cells.append(f"<td{kind}>{count or ''}</td>")
        lines.append(f"<tr><th>{digit}</th>{''.join(cells)}</tr>")
    return f'<div class="wide"><table class="confusion">{"".join(lines)}</table></div>'


def _svg(figure: Figure, description: str) -> str:
    """The figure as an element of HTML, of a size that the page sets."""
    file = io.StringIO()
    undated = dict.fromkeys(["Creator", "Date", "Format", "Type"])
    with rc_context({"svg.hashsalt": description}):  # no id comes twice in a page
        figure.savefig(file, format="svg", transparent=True, metadata=undated)
    svg = re.sub(r'<g id="[^"]*"', "<g", file.getvalue())
    for colour, variable in COLOURS.items():
        svg = svg.replace(colour, variable)
    box = re.search(r'viewBox="[^"]*"', svg)
    assert box is not None
    content = svg[svg.index(">", box.end()) + 1 :]
    return f'<svg role="img" aria-label="{html.escape(description)}" {box[0]}>{content}'
