import numpy as np
import pytest

from app.components import find_components, find_runs


def flood(mask: np.ndarray) -> np.ndarray:
    """Components labelled in reading order by walking from pixel to pixel, -1 outside."""
    labels = np.full(mask.shape, -1)
    count = 0
    for start in np.argwhere(mask):
        if labels[tuple(start)] >= 0:
            continue
        reached = [tuple(start)]
        while reached:
            y, x = reached.pop()
            inside = 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1]
            if inside and mask[y, x] and labels[y, x] < 0:
                labels[y, x] = count
                reached += [(y + i, x + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        count += 1
    return labels


@pytest.mark.parametrize("density", [0.1, 0.3, 0.4, 0.5, 0.8])
def test_the_components_are_those_of_a_flood(density: float) -> None:
    rng = np.random.default_rng(1)
    for shape in [(1, 40), (40, 1), (31, 47)]:
        mask = rng.random(shape) < density
        found = find_components(mask)
        assert np.array_equal(found.labels, flood(mask))
        for label, (left, top, right, bottom) in enumerate(found.boxes):
            y, x = np.nonzero(found.labels == label)
            assert (left, top, right, bottom) == (x.min(), y.min(), x.max() + 1, y.max() + 1)
            assert found.areas[label] == len(x)


def test_a_winding_line_is_one_component() -> None:
    mask = np.zeros((41, 40), bool)
    mask[::2] = True
    mask[1::4, -1] = mask[3::4, 0] = True
    assert len(find_components(mask).areas) == 1


def test_an_empty_mask_has_no_components() -> None:
    found = find_components(np.zeros((5, 7), bool))
    assert (found.labels == -1).all()
    assert len(found.boxes) == len(found.areas) == 0


def test_runs_are_given_in_reading_order() -> None:
    mask = np.array([[1, 1, 0, 1], [0, 0, 0, 0], [0, 1, 1, 1]], dtype=bool)
    rows, starts, ends = find_runs(mask)
    assert rows.tolist() == [0, 0, 2]
    assert starts.tolist() == [0, 3, 1]
    assert ends.tolist() == [2, 4, 4]
