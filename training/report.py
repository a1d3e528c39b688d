"""The report of a training: one HTML file that shows what was trained, on what, and how it reads.

The file needs nothing beside itself: charts and pictures lie in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.groups import ACCEPTED
from app.ink import Ink
from app.preprocess import Picture, ink_to_image, picture_to_image
from training.evaluate import SURE, Result, class_rows, format_interval, part_rows, score
from training.figures import (
    Row,
    confusion_table,
    learning_curves,
    png_uri,
    reliability_diagram,
    sample_rows,
    variation_rows,
)
from training.files import written_whole
from training.parts import NO_DIGIT, training_data

STYLE = Path(__file__).with_suffix(".css")
SHOWN = 40
"""So many pictures a part a gallery holds at most."""

TERMS = {
    "Held back": "Taken from the training data but not trained on. By these parts networks are "
    "compared and chosen.",
    "Test": "Digits that nothing was chosen by, so that they tell how well strangers will be read.",
    "Right": "The digit that the network finds likeliest is the one that was written. What is no "
    "digit is right where it is rejected.",
    "95% interval": "Other digits of the same kind would give a slightly different share. The "
    "range in brackets holds the true one in 95 of 100 such measurements.",
    "Confidence": "How likely, by the network's own account, its answer is right.",
    "Accepted, rejected": f"An answer of less than {ACCEPTED:.0%} confidence is rejected: the app "
    "shows a question mark. That is a loss for a digit, and as it should be for a scribble.",
    "Handled rightly": "A digit that is right and accepted, or no digit and rejected. The mean "
    "over the parts held back decides between two networks.",
    "Calibration error": "Of answers given with 90% confidence, 90% should be right. This is how "
    "far, in percentage points, confidence and truth lie apart in the mean.",
    f"Wrong above {SURE:.0%}": "Wrong answers that the network was almost certain of, the worst "
    "kind.",
    "Loss": "What training makes smaller: it is large where the right digit was found unlikely.",
    "Epoch": "A stage of training, after which the network is tried on the data held back.",
}

Pairs = Sequence[tuple[Result, Result | None]]
"""What the new and what the bundled network read of the same part."""


def write_report(
    path: Path,
    *,
    name: str,
    settings: Mapping[str, Any],
    history: Sequence[Mapping[str, float]],
    results: Sequence[Result],
    bundled_results: Sequence[Result],
    data_dir: Path | None,
    seed: int,
) -> None:
    """Write the report of a training to an HTML file, whole or not at all.

    Args:
        path: the file, in a folder that exists.
        name: what the network is called.
        settings: what the training was started with, and what its expert was trained by.
        history: of each epoch any of loss, accuracy, val_loss, val_accuracy and learning_rate.
        results: what the network read, part by part.
        bundled_results: what the network of the app read of the same parts, or of some of them.
        data_dir: where the training data is; None for where it is downloaded to.
        seed: by which pictures of training are chosen and varied.

    Raises DataError, and RunError where the file cannot be written.
    """
    rng = np.random.default_rng(seed)
    data = training_data(data_dir)
    samples = sample_rows(data, rng)
    mnist_alone = settings.get("data") == "mnist"
    bundled = {result.part.name: result for result in bundled_results}
    pairs = [(result, bundled.get(result.part.name)) for result in results]
    sections = {
        "Summary": _summary(pairs, len(history), settings.get("epochs_of_expert", 0)),
        "Settings": _settings(settings),
        "Training data": "".join(map(_row, samples[:1] if mnist_alone else samples)),
        "Variation": _variation([] if mnist_alone else variation_rows(data, rng)),
        "Learning curves": _curves(history),
        "Results": _results(results, bundled_results),
        "Confusion": _confusion(results),
        "Calibration": _calibration(results),
        "Worst mistakes": _mistakes(results),
        "Bundled network": _differences(pairs),
    }
    with written_whole(path) as partial:
        partial.write_text(_page(name, sections), encoding="utf-8")


def _page(name: str, sections: Mapping[str, str]) -> str:
    """The whole page, of the HTML of its sections by their titles."""
    title = escape(f"Training of {name}")
    anchors = {section: section.lower().replace(" ", "-") for section in sections}
    links = "".join(f'<a href="#{anchor}">{section}</a>' for section, anchor in anchors.items())
    body = "\n".join(
        f'<section id="{anchors[section]}"><h2>{section}</h2>{content}</section>'
        for section, content in sections.items()
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p class="soft">How a network learned to read handwritten digits, and how well it reads them.</p>
<nav>{links}</nav>
</header>
<main>
{body}
</main>
</body>
</html>
"""


def _summary(pairs: Pairs, epochs: int, epochs_of_expert: int) -> str:
    cards = [
        _card(
            new.part.name,
            f"{new.accuracy:.2%}",
            f"{'right' if new.of_digits else 'rejected'} of {len(new.right):,}",
            format_interval(new),
            f"bundled network: {old.accuracy:.2%}" if old else "",
        )
        for new, old in pairs
    ]
    held_back = [pair for pair in pairs if pair[0].part.held_back]
    if held_back:
        olds = [old for _, old in held_back if old]
        overall = _card(
            "Score",
            f"{score([new for new, _ in held_back]):.2%}",
            "handled rightly, mean of the parts held back",
            f"bundled network: {score(olds):.2%}" if len(olds) == len(held_back) else "",
        )
        cards.insert(0, overall)
    terms = "".join(
        f"<div><dt>{escape(term)}</dt><dd>{escape(meaning)}</dd></div>"
        for term, meaning in TERMS.items()
    )
    lasted = f"Training went on for {_epochs(epochs)}"
    if epochs_of_expert:
        lasted += f", that of the network's expert for scans for {_epochs(epochs_of_expert)} more"
    return (
        _paragraph(
            f"{lasted}. Then the app itself read with the new network what had not been trained on."
        )
        + f'<div class="cards">{"".join(cards)}</div>'
        + f"<h3>What the words mean</h3><dl>{terms}</dl>"
    )


def _epochs(count: int) -> str:
    return f"{count} {'epoch' if count == 1 else 'epochs'}"


def _settings(settings: Mapping[str, Any]) -> str:
    rows = [[key.replace("_", " "), _in_words(value)] for key, value in settings.items()]
    return _table([["setting", "value"], *rows], "settings")


def _in_words(value: Any) -> str:
    """A value of JSON without what is off or not set."""
    if isinstance(value, Mapping):
        parts = {key: inner for key, inner in value.items() if inner is not None}
        return ", ".join(
            f"{key.replace('_', ' ')} {_in_words(inner)}"
            for key, inner in parts.items()
            if inner is not False
        )
    return str(value)


def _variation(rows: Sequence[Row]) -> str:
    if not rows:
        return _paragraph(
            "This network was shown MNIST as it is, in each epoch the same pictures, and nothing "
            "that is no digit; so it has not learned to doubt."
        )
    text = _paragraph(
        "The network never saw the same picture twice: each was varied anew, as other hands, pens "
        "and mice would have made it. It was also shown what is no digit, to learn to doubt."
    )
    return text + "".join(map(_row, rows))


def _curves(history: Sequence[Mapping[str, float]]) -> str:
    charts = learning_curves(history)
    if not charts:
        return _paragraph("Nothing was recorded of this training.")
    text = _paragraph(
        "Where the curve of the data held back turns for the worse while that of training still "
        "improves, the network learns its data by heart. Training may look the worse of the two: "
        "varied digits are harder to read, and dropout hinders."
    )
    return text + f'<div class="charts">{"".join(charts)}</div>'


def _results(results: Sequence[Result], bundled_results: Sequence[Result]) -> str:
    tables = []
    for title, of in [("This network", results), ("The bundled network", bundled_results)]:
        if of:
            tables += [f"<h3>{title}</h3>", _table(part_rows(of)), _table(class_rows(of))]
    return "".join(tables)


def _confusion(results: Sequence[Result]) -> str:
    text = _paragraph(
        "Each row holds the digits that were written, each column what they were read as; the "
        "more often a mistake was made, the redder it is."
    )
    tables = [
        f"<div><h3>{escape(result.part.name)}</h3>{confusion_table(result)}</div>"
        for result in results
        if result.of_digits
    ]
    return text + f'<div class="figures">{"".join(tables)}</div>'


def _calibration(results: Sequence[Result]) -> str:
    text = _paragraph(
        "The bars above are how many answers of a confidence are right. Ideally they end at the "
        "dashed line; below it the network is too sure of itself. The bars below are how many "
        "such answers there are, on a logarithmic scale: of a few not much can be said."
    )
    charts = [reliability_diagram(result) for result in results if result.of_digits]
    return text + f'<div class="charts">{"".join(charts)}</div>'


def _mistakes(results: Sequence[Result]) -> str:
    text = _paragraph(
        "What the network sees, what was written and what it answered, the surest answers first. "
        "A question mark stands where the app gives no answer."
    )
    galleries = []
    for result in results:
        wrong = _most_confident(~result.right, result.confidence)
        tiles = [
            (_image(result, i), [_truth(result, i), f"read as {_answer(result, i)}"])
            for i in wrong[:SHOWN]
        ]
        galleries.append(_gallery(result.part.name, tiles, len(wrong)))
    return text + "".join(galleries)


def _differences(pairs: Pairs) -> str:
    text = _paragraph(
        "Gained is what only this network gets right, lost what only the network that comes with "
        "the app gets right."
    )
    gained, lost = "", ""
    for new, old in pairs:
        if old is not None:
            gained += _difference("Gained", new, old, new.right & ~old.right, old.confidence)
            lost += _difference("Lost", new, old, old.right & ~new.right, new.confidence)
    return text + (gained or _gallery("Gained", [], 0)) + (lost or _gallery("Lost", [], 0))


def _difference(
    title: str,
    new: Result,
    old: Result,
    where: NDArray[np.bool_],
    confidence: NDArray[np.float64],
) -> str:
    """A gallery of the items chosen by `where`, most confidence first; nothing for no item."""
    chosen = _most_confident(where, confidence)
    tiles = [
        (
            _image(new, i),
            [_truth(new, i), f"new: {_answer(new, i)}", f"bundled: {_answer(old, i)}"],
        )
        for i in chosen[:SHOWN]
    ]
    return _gallery(f"{title}, {new.part.name}", tiles, len(chosen)) if tiles else ""


def _most_confident(where: NDArray[np.bool_], confidence: NDArray[np.float64]) -> NDArray[np.intp]:
    """The indices of the items chosen by `where`, most confidence first."""
    chosen = np.flatnonzero(where)
    return chosen[np.argsort(-confidence[chosen], kind="stable")]


def _image(result: Result, index: int) -> Picture:
    item = result.part.items[index]
    return ink_to_image(item.lines()) if isinstance(item, Ink) else picture_to_image(item)


def _truth(result: Result, index: int) -> str:
    label = result.part.labels[index]
    return "no digit" if label == NO_DIGIT else f"written {label}"


def _answer(result: Result, index: int) -> str:
    label = result.predicted[index]
    if label == NO_DIGIT:
        return "nothing"
    doubt = "" if result.accepted[index] else "?"
    return f"{label}{doubt}, {result.confidence[index]:.1%}"


def _gallery(title: str, tiles: Sequence[tuple[Picture, list[str]]], total: int) -> str:
    """Pictures with their captions; `total` is how many there were to choose from."""
    if not tiles:
        return f"<h3>{escape(title)}</h3>{_paragraph('There are none.')}"
    some = f"{len(tiles)} of {total:,}" if total > len(tiles) else str(total)
    figures = "".join(_tile(picture, lines, ", ".join(lines)) for picture, lines in tiles)
    return f'<h3>{escape(title)}: {some}</h3><div class="gallery">{figures}</div>'


def _row(row: Row) -> str:
    figures = "".join(
        _tile(image, [label], label or row.title)
        for image, label in zip(row.images, row.labels, strict=True)
    )
    head = f"<h3>{escape(row.title)}</h3>{_paragraph(row.caption)}"
    return f'{head}<div class="row">{figures}</div>'


def _tile(picture: Picture, lines: Sequence[str], alternative: str) -> str:
    caption = "<br>".join(map(escape, lines))
    image = f'<img src="{png_uri(picture)}" alt="{escape(alternative)}">'
    return f'<figure class="tile">{image}<figcaption>{caption}</figcaption></figure>'


def _card(title: str, number: str, *lines: str) -> str:
    soft = "".join(f'<p class="soft">{escape(line)}</p>' for line in lines if line)
    head = f'<p>{escape(title)}</p><p class="figure">{escape(number)}</p>'
    return f'<div class="card">{head}{soft}</div>'


def _table(rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """A table of text, its head first."""
    lines = []
    for tag, row in zip(["th"] + ["td"] * (len(rows) - 1), rows, strict=True):
        first, *others = map(escape, row)
        cells = "".join(f"<{tag}>{cell}</{tag}>" for cell in others)
        lines.append(f"<tr><th>{first}</th>{cells}</tr>")
    return f'<div class="wide"><table class="{kind}">{"".join(lines)}</table></div>'


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
