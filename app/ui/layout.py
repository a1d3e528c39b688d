"""Where everything in the window is, for every size of it."""

from __future__ import annotations

from dataclasses import dataclass

from pygame import Rect

from app.preprocess import FIELD
from app.settings import SMALLEST_WINDOW

TOOLBAR = 56
STRIP, COMPACT_STRIP = 60, 40
LEAST_FOR_STRIP = 250
"""So high the paper must be to give some of it to the strip."""
STATUS_PADDING = 10
CAPTION = 28
CAPTION_OF_TWO_LINES = 42
NOWHERE = (-1, -1)
"""The position of a mouse that has left the window."""


@dataclass(frozen=True)
class Layout:
    """Areas of the window in display pixels.

    Attributes:
        window: all of it.
        whole: what is laid out; a smaller window shows the upper left part of it.
        toolbar: across the top.
        paper: left, the largest.
        strip: below the paper, the numbers that were read; of no height where they are hidden.
        side: right of the paper; the next three share it.
        answer: the digit, large.
        bars: the probabilities, below the answer, or beside it in a low window.
        picture: what the network sees with its caption, below them.
        status: across the bottom, of no height where there is nothing to say.
        compact: whether the window is low.
    """

    window: Rect
    whole: Rect
    toolbar: Rect
    paper: Rect
    strip: Rect
    side: Rect
    answer: Rect
    bars: Rect
    picture: Rect
    status: Rect
    compact: bool


def lay_out(
    size: tuple[int, int], scale: float = 1.0, status_text: int = 0, strip: bool = True
) -> Layout:
    """The layout of a window.

    Args:
        size: width and height of the window in display pixels.
        scale: display pixels per pixel of usual density.
        status_text: height of the text in the status line in display pixels, 0 for no line.
        strip: whether there is a strip below the paper.
    """

    def px(length: float) -> int:
        return round(length * scale)

    width, height = max(size[0], px(SMALLEST_WINDOW[0])), max(size[1], px(SMALLEST_WINDOW[1]))
    compact = height < px(600)
    margin = px(12 if compact or width < px(720) else 20)
    status = Rect(0, 0, width, 0)
    if status_text:
        status.height = min(status_text, height // 4) + px(STATUS_PADDING)
    status.bottom = height
    side = Rect(0, px(TOOLBAR), 0, status.top - margin - px(TOOLBAR))
    side.width = min(max(width * 32 // 100, px(200)), px(380))
    side.right = width - margin
    arrange_panels = _two_columns if compact else _one_column
    answer, bars, picture = arrange_panels(side, margin, scale)
    paper = Rect(margin, side.top, side.left - 2 * margin, side.height)
    below = Rect(paper.left, paper.bottom, paper.width, 0)
    if strip and side.height >= px(LEAST_FOR_STRIP):
        below.height = px(COMPACT_STRIP if compact else STRIP)
        below.bottom = side.bottom
        paper.height = below.top - margin // 2 - paper.top
    return Layout(
        window=Rect((0, 0), size),
        whole=Rect(0, 0, width, height),
        toolbar=Rect(0, 0, width, side.top),
        paper=paper,
        strip=below,
        side=side,
        answer=answer,
        bars=bars,
        picture=picture,
        status=status,
        compact=compact,
    )


def _one_column(side: Rect, margin: int, scale: float) -> tuple[Rect, Rect, Rect]:
    """Answer, bars and picture, one below the other."""
    pixel = min(side.height * 27 // 100, side.width) // FIELD
    picture = Rect(0, 0, side.width, round(CAPTION * scale) + pixel * FIELD)
    picture.bottomleft = side.bottomleft
    answer = Rect(side.topleft, (side.width, side.height * 25 // 100))
    bars = Rect(side.left, answer.bottom + margin, side.width, 0)
    bars.height = picture.top - margin - bars.top
    return answer, bars, picture


def _two_columns(side: Rect, margin: int, scale: float) -> tuple[Rect, Rect, Rect]:
    """Answer and picture one below the other, the bars beside them."""
    roomy = side.height >= 420 * scale and side.width >= 250 * scale
    width = round((4 if roomy else 3) * scale) * FIELD
    picture = Rect(0, 0, width, round(CAPTION_OF_TWO_LINES * scale) + width)
    picture.bottomleft = side.bottomleft
    answer = Rect(side.topleft, (width, picture.top - margin - side.top))
    left = side.left + width + margin
    bars = Rect(left, side.top, side.right - left, side.height)
    return answer, bars, picture
