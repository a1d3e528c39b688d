"""The icons: pen strokes in a field of 24 by 24."""

from __future__ import annotations

from app.ui.actions import Action
from app.ui.shapes import Line, arc

_UNDO: tuple[Line, ...] = (
    ((8, 3.5), (3.5, 8), (8, 12.5)),
    ((3.5, 8), (14.5, 8), *arc((14.5, 13.5), 5.5, -90, 90), (8, 19)),
)
_REDO: tuple[Line, ...] = tuple(tuple((24 - x, y) for x, y in line) for line in _UNDO)
_BIN: tuple[Line, ...] = (
    ((4, 6.5), (20, 6.5)),
    ((9, 6.5), (9.5, 3.5), (14.5, 3.5), (15, 6.5)),
    ((6, 6.5), (7, 20.5), (17, 20.5), (18, 6.5)),
    ((10, 11), (10.2, 16)),
    ((14, 11), (13.8, 16)),
)
_PEN: tuple[Line, ...] = (
    ((4, 20), (5, 15.5), (16, 4.5), (19.5, 8), (8.5, 19), (4, 20)),
    ((13.5, 7), (17, 10.5)),
)
_RUBBER: Line = ((3.5, 15), (13.5, 5), (20, 11.5), (12.5, 19), (7.5, 19), (3.5, 15))
_ERASER: tuple[Line, ...] = (_RUBBER, ((8.5, 10), (15, 16.5)), ((12.5, 19), (20.5, 19)))
_PART_ERASER: tuple[Line, ...] = (
    *(_RUBBER, ((8.5, 10), (15, 16.5))),
    *(((x, 21.5), (x + 1.5, 21.5)) for x in (4, 9, 14, 19)),
)
_SAVE: tuple[Line, ...] = (
    ((12, 3.5), (12, 14.5)),
    ((7, 10), (12, 15), (17, 10)),
    ((4, 16.5), (4, 20.5), (20, 20.5), (20, 16.5)),
)
_COPY: tuple[Line, ...] = (
    ((8.5, 8.5), (20, 8.5), (20, 20.5), (8.5, 20.5), (8.5, 8.5)),
    ((15.5, 8.5), (15.5, 3.5), (4, 3.5), (4, 15.5), (8.5, 15.5)),
)
FOLDER: tuple[Line, ...] = (
    ((3.5, 19.5), (3.5, 5), (9.5, 5), (12, 8), (20.5, 8), (20.5, 19.5), (3.5, 19.5)),
)
PICTURE: tuple[Line, ...] = (
    ((3.5, 19.5), (3.5, 4.5), (20.5, 4.5), (20.5, 19.5), (3.5, 19.5)),
    ((3.5, 17.5), (9.5, 11), (13.5, 15.5), (16, 13), (20.5, 17.5)),
    arc((15.5, 8.5), 1.2, 0, 360),
)
INK: tuple[Line, ...] = (
    (
        (4, 14.5),
        (7, 6),
        (9.5, 5.5),
        (9, 11),
        (8, 17.5),
        (10.5, 18),
        (15, 9.5),
        (16, 12),
        (15, 16.5),
    ),
    ((15, 16.5), (17, 18), (20.5, 14.5)),
)
RECENT: tuple[Line, ...] = (arc((12, 12), 8.5, 0, 360), ((12, 7), (12, 12), (15.5, 14)))
CROSS: tuple[Line, ...] = (((6, 6), (18, 18)), ((18, 6), (6, 18)))
UP: tuple[Line, ...] = (((12, 20), (12, 4.5)), ((5.5, 11), (12, 4.5), (18.5, 11)))
_SLIDERS: tuple[Line, ...] = tuple(
    line
    for y, x in ((6, 15.5), (12, 8), (18, 13.5))
    for line in (((3.5, y), (x - 2, y)), arc((x, y), 2, 0, 360), ((x + 2, y), (20.5, y)))
)

ICONS: dict[Action, tuple[Line, ...]] = {
    Action.UNDO: _UNDO,
    Action.REDO: _REDO,
    Action.CLEAR: _BIN,
    Action.OPEN: FOLDER,
    Action.SAVE: _SAVE,
    Action.COPY_NUMBER: _COPY,
    Action.PEN: _PEN,
    Action.SETTINGS: _SLIDERS,
}
ERASER_ICONS: dict[bool, tuple[Line, ...]] = {False: _ERASER, True: _PART_ERASER}
"""Of the eraser for whole strokes, and of that for parts."""
