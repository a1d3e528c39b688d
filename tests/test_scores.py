"""What is found out about groups of pieces is found out once."""

from collections.abc import Sequence

import numpy as np

from app.candidates import Pieces
from app.pieces import Piece
from app.scores import Scores

A, B, C = (Piece(i, name, np.array([[0.0, 0], [1, 1]])) for i, name in enumerate("abc"))


def test_a_group_is_looked_at_once_in_any_order_until_it_is_forgotten() -> None:
    asked: list[list[str]] = []

    def look(groups: Sequence[Pieces]) -> list[str]:
        asked.append(["".join(str(piece.key) for piece in group) for group in groups])
        return asked[-1]

    scores = Scores(look)
    assert scores([(A,), (A, B)]) == ["a", "ab"]
    assert scores([(B, A), (C,)]) == ["ab", "c"]
    assert asked == [["a", "ab"], ["c"]]
    scores.forget_others()
    assert scores([(C,)]) == ["c"] and len(asked) == 2
    scores.forget_others()
    assert scores([(A,), (C,)]) == ["a", "c"] and asked[2:] == [["a"]]
    scores.clear()
    scores.know((C,), "known")
    assert scores([(C,), (A,)]) == ["known", "a"] and asked[3:] == [["a"]]


def test_nothing_is_looked_at_for_no_group() -> None:
    assert Scores(lambda groups: [1 / 0])([]) == []
