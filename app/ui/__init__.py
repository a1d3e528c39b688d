"""The window. Only here is pygame known; the recognizer is used and knows nothing of it."""

import os
import sys

# SDL reads these when pygame is first imported or its display opened.
_SDL = {
    "PYGAME_HIDE_SUPPORT_PROMPT": "1",
    # The accelerated framebuffer loads all of Mesa and LLVM: 90 MB for a few lines of ink.
    "SDL_FRAMEBUFFER_ACCELERATION": "0",
    "SDL_APP_NAME": "Digit Pad",
    "SDL_VIDEO_X11_WMCLASS": "digit-pad",
    "SDL_VIDEO_WAYLAND_WMCLASS": "digit-pad",
    # SDL takes every program for a game: it would keep the screen from going dark and switch the
    # desktop's compositor off.
    "SDL_VIDEO_ALLOW_SCREENSAVER": "1",
    "SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR": "0",
    # The click that brings the window to the front is a stroke already.
    "SDL_MOUSE_FOCUS_CLICKTHROUGH": "1",
    # Fingers drive the widgets as a mouse would, but a mouse is never a finger.
    "SDL_TOUCH_MOUSE_EVENTS": "1",
    "SDL_MOUSE_TOUCH_EVENTS": "0",
}
if sys.platform == "win32":
    _SDL["SDL_WINDOWS_DPI_AWARENESS"] = "permonitorv2"
elif sys.platform != "darwin":
    # Left to itself SDL would, without a display, open a window that nobody sees.
    _SDL["SDL_VIDEODRIVER"] = "x11,wayland" if "WAYLAND_DISPLAY" in os.environ else "x11"

for _name, _value in _SDL.items():
    os.environ.setdefault(_name, _value)

# Nothing makes a sound, and the libraries for it take a quarter of the time to start.
for _name in ("mixer", "mixer_music"):
    sys.modules[f"pygame.{_name}"] = None  # type: ignore[assignment]
