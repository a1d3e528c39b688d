"""What a message shows of a file."""

import pytest

from app.network.contents import NetworkError, about, shown


def test_what_is_shown_is_whole_or_cut_to_the_same_length() -> None:
    texts = ["x" * length for length in range(200)]
    whole = [shown(text) for text in texts if shown(text) == repr(text)]
    cut = [shown(text) for text in texts[len(whole) :]]
    assert 20 < len(whole) < 100, "a word or two, and no page of them"
    assert {len(text) for text in cut} == {len(whole[-1])}
    assert all(text.startswith("'xxx") and text.endswith("xxx...") for text in cut)


def test_a_reason_says_what_it_is_about_from_the_outside_in() -> None:
    with pytest.raises(NetworkError) as caught, about("file"), about("layer"):
        raise NetworkError("its units are missing")
    assert str(caught.value) == "file: layer: its units are missing"
