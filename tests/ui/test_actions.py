"""Keys to actions."""

from __future__ import annotations

import pygame
import pytest

from app.ui.actions import Action, action_of
from tests.ui.events import key

CTRL, SHIFT, CMD, ALT_GR = (
    pygame.KMOD_LCTRL,
    pygame.KMOD_LSHIFT,
    pygame.KMOD_LMETA,
    pygame.KMOD_RALT,
)


@pytest.mark.parametrize(
    ("code", "modifiers", "character", "action"),
    [
        (pygame.K_z, CTRL, "\x1a", Action.UNDO),
        (pygame.K_z, CTRL | SHIFT, "\x1a", Action.REDO),
        (pygame.K_y, CTRL, "\x19", Action.REDO),
        (pygame.K_z, CMD, "z", Action.UNDO),
        (pygame.K_z, CMD | SHIFT, "Z", Action.REDO),
        (pygame.K_o, CTRL, "\x0f", Action.OPEN),
        (pygame.K_v, CTRL, "\x16", Action.PASTE),
        (pygame.K_v, CMD, "v", Action.PASTE),
        (pygame.K_t, CTRL, "\x14", Action.SWITCH_THEME),
        (pygame.K_q, CTRL, "\x11", Action.QUIT),
        (pygame.K_DELETE, 0, "\x7f", Action.CLEAR),
        (pygame.K_BACKSPACE, 0, "\b", Action.CLEAR),
        (pygame.K_ESCAPE, 0, "\x1b", Action.CANCEL),
        (pygame.K_EQUALS, SHIFT, "+", Action.THICKER),
        (pygame.K_EQUALS, 0, "=", Action.THICKER),
        (pygame.K_MINUS, 0, "-", Action.THINNER),
        (pygame.K_KP_PLUS, 0, "", Action.THICKER),
        (pygame.K_RIGHTBRACKET, 0, "]", Action.THICKER),
        (pygame.K_8, ALT_GR | CTRL, "[", Action.THINNER),
        (pygame.K_z, 0, "z", None),
        (pygame.K_DELETE, CTRL, "", None),
        (pygame.K_LCTRL, CTRL, "", None),
    ],
)
def test_shortcuts(code: int, modifiers: int, character: str, action: Action | None) -> None:
    assert action_of(key(code, modifiers, character)) is action


def test_letters_are_those_of_the_layout() -> None:
    """On a German keyboard Z is where others have Y."""
    german_z = key(pygame.K_z, CTRL, "\x1a", scancode=pygame.KSCAN_Y)
    assert action_of(german_z) is Action.UNDO


def test_a_layout_without_latin_letters_has_the_shortcuts_in_their_places() -> None:
    cyrillic_ya = key(ord("я"), CTRL, "", scancode=pygame.KSCAN_Z)
    assert action_of(cyrillic_ya) is Action.UNDO
