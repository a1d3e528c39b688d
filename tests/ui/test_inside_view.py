"""The inside view in the window."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pygame
import pytest

from app.network import Network
from app.recognizer import Recognizer
from app.settings import Settings
from app.ui.inside_view import PART
from app.ui.side import Side
from app.ui.window import Window
from tests.h5_files import layer, small_config, small_weights, write
from tests.ui.events import key, move, play, press, release, stroke

LOOK_INSIDE = key(pygame.K_i, pygame.KMOD_LCTRL)
LINE = stroke((200, 200), (205, 300), (200, 400))
OTHER = stroke((400, 200), (450, 200), (420, 400))


@pytest.fixture
def network(tmp_path: Path) -> Recognizer:
    network = Network.load(write(tmp_path / "small.h5", small_config(), small_weights()))
    return Recognizer(network, "small.h5")


@pytest.fixture
def window(screen: pygame.Surface, network: Recognizer) -> Window:
    return Window(network, Settings(), screen)


def wait(window: Window) -> None:
    """Let it find out everything."""
    for _ in range(1000):
        if not window._scene.side.waits:
            break
        pygame.time.wait(2)
        window.update()
        window.draw()
    else:
        raise AssertionError("waited in vain")


def pixels(window: Window, screen: pygame.Surface) -> bytes:
    return pygame.image.tobytes(screen.subsurface(window.layout.side), "RGB")


def test_it_takes_the_place_of_the_bars_and_goes_again(
    window: Window, screen: pygame.Surface
) -> None:
    play(window, *LINE)
    bars = pixels(window, screen)
    play(window, LOOK_INSIDE)
    wait(window)
    assert pixels(window, screen) != bars
    play(window, LOOK_INSIDE)
    assert pixels(window, screen) == bars


def test_a_click_on_the_picture_opens_it_and_one_on_its_heading_closes_it(window: Window) -> None:
    play(window, *LINE)
    picture = window.layout.picture
    at = picture.left + 20, picture.bottom - 20
    play(window, press(at), release(at))
    assert window._scene.side.is_inside
    at = window._scene.side._heading.center
    play(window, press(at), release(at))
    assert not window._scene.side.is_inside


def test_escape_closes_it_when_nothing_else_is_to_be_dropped(window: Window) -> None:
    play(window, LOOK_INSIDE)
    start, *_ = LINE
    play(window, start, key(pygame.K_ESCAPE))
    assert window._scene.side.is_inside and not window.canvas.drawing
    play(window, key(pygame.K_ESCAPE))
    assert not window._scene.side.is_inside
    play(window, key(pygame.K_ESCAPE))
    assert not window._scene.side.is_inside


def test_it_follows_the_pen_and_rests_when_all_is_found_out(
    window: Window, screen: pygame.Surface
) -> None:
    play(window, *LINE, LOOK_INSIDE)
    wait(window)
    first = pixels(window, screen)
    for _ in range(5):
        window.update()
        assert not window.draw() and not window._scene.side.waits
    play(window, press((400, 200)), move((450, 300)))
    wait(window)
    assert pixels(window, screen) != first
    play(window, release((450, 300)), key(pygame.K_DELETE))
    wait(window)
    play(window, key(pygame.K_z, pygame.KMOD_LCTRL), key(pygame.K_z, pygame.KMOD_LCTRL))
    wait(window)
    assert pixels(window, screen) == first


def test_it_finds_out_nothing_while_it_is_closed(
    window: Window, network: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "look_inside", lambda image: pytest.fail("nobody looks"))
    play(window, *LINE)
    window.update()
    assert not window._scene.side.waits


def test_a_frame_is_given_some_milliseconds_only(
    window: Window, network: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    judge = network.judge

    def slow(images: list, drawings: object = ()) -> object:  # type: ignore[type-arg]
        tried.append(len(images))
        pygame.time.wait(5)
        return judge(images, drawings)

    play(window, *LINE, LOOK_INSIDE)
    wait(window)
    monkeypatch.setattr(network, "judge", slow)
    play(window, *OTHER)
    for _ in range(100):
        tried.clear()
        pygame.time.wait(1)
        window.update()
        if tried:
            break
    assert len(tried) == 1 and tried[0] <= PART


@pytest.mark.parametrize("size", [(480, 360), (800, 600), (1280, 800)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_all_layers_are_reached_by_scrolling(
    screen: pygame.Surface, network: Recognizer, size: tuple[int, int], scale: float
) -> None:
    screen = pygame.display.set_mode([round(scale * side) for side in size])
    window = Window(network, Settings(), screen, scale)
    x, y = window.layout.paper.center
    play(window, *stroke((x, y - 80), (x, y + 80)), LOOK_INSIDE)
    wait(window)
    inside = window._scene.side._inside
    scroll = inside._scroll
    shown = inside._shown
    assert [entry.heading.split(":")[0] for entry in shown] == ["conv", "pool", "flat", "answer"]
    scroll.to(10**6)
    last = shown[-1]
    assert last.top + last.mosaic.size[1] <= scroll.top + scroll.area.height
    assert all(entry.mosaic.size[0] <= scroll.area.width for entry in shown)
    window._scene.side._inside.draw(screen)


def test_the_wheel_scrolls_it(
    window: Window, screen: pygame.Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(window, *LINE, LOOK_INSIDE)
    wait(window)
    inside = window._scene.side._inside
    inside._scroll.length = 5000
    before = pixels(window, screen)
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: window.layout.side.center)
    play(window, pygame.Event(pygame.MOUSEWHEEL, x=0, y=-1, precise_y=-1.0))
    assert inside._scroll.top == 60
    assert pixels(window, screen) != before


def test_a_network_of_nothing_but_numbers_is_shown(screen: pygame.Surface, tmp_path: Path) -> None:
    weights = small_weights()["answer"]
    shape = {"kernel": weights["kernel"].repeat(11, axis=0)[:784], "bias": weights["bias"]}
    image = layer("InputLayer", "image", batch_shape=[None, 784], dtype="float32")
    answer = layer("Dense", "answer", units=10, activation="softmax", use_bias=True)
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": [image, answer]}}
    path = write(tmp_path / "dense.h5", config, {"answer": shape})
    window = Window(Recognizer(Network.load(path), "dense.h5"), Settings(), screen)
    play(window, *LINE, LOOK_INSIDE)
    wait(window)
    [only] = window._scene.side._inside._shown
    assert only.labelled and only.heading == "answer: Dense, 10"


def test_a_side_without_a_digit_is_drawn(screen: pygame.Surface, network: Recognizer) -> None:
    window = Window(network, Settings(), screen)
    play(window, LOOK_INSIDE)
    assert cast(Side, window._scene.side).is_inside and not window._scene.side.waits


def test_a_map_that_is_pointed_at_is_shown_larger(window: Window, screen: pygame.Surface) -> None:
    play(window, *LINE, LOOK_INSIDE)
    wait(window)
    plain = pixels(window, screen)
    view = window._scene.side._inside
    maps = next(shown for shown in view._shown if shown.mosaic.at(0, 0) == 0)
    at = maps.mosaic.place(1).move(view._place(maps).topleft).center
    play(window, move(at, held=False))
    assert view._pointed() == (view._shown.index(maps), 1)
    assert pixels(window, screen) != plain
    play(window, move((at[0] - 500, at[1]), held=False))
    assert pixels(window, screen) == plain
