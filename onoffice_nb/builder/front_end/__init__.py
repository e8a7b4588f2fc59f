"""The front end of the page: Preact, its parts and their looks, joined to one script and one style sheet.

anywidget takes one ES module as text. The parts are plain scripts without
imports, so that joining them needs no build step and no network.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

__all__ = ["script", "style_sheet"]

_SCRIPTS: Final = (
    *("preact.js", "kit.js", "what.js", "data.js", "picture.js", "check.js", "send.js", "runs.js", "page.js"),
)
_STYLE_SHEETS: Final = ("page.css", "data.css", "check.css")


def script() -> str:
    """The ES module that draws the page."""
    return _joined(_SCRIPTS)


def style_sheet() -> str:
    """The looks of the page, scoped to it."""
    return _joined(_STYLE_SHEETS)


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(files(__name__).joinpath(name).read_text(encoding="utf-8") for name in names)
