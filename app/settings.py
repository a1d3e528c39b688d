"""Where things live on each platform, and what is remembered between two starts."""

from __future__ import annotations

import sys
from pathlib import Path

ASSETS = (
    Path(sys.executable).parent if getattr(sys, "frozen", False) else Path(__file__).parents[1]
) / "assets"
"""The folder of the bundled files: the model, the reference digits, the icon, the theme."""
