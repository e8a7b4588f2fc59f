"""Where the command line says its own words in place of Python's, somebody still says the latter."""

from __future__ import annotations

import re

import pytest

from onoffice_nb.cli import terminal
from tests.samples import ROOT

_SOURCES = [
    path for path in (ROOT / "onoffice_nb").rglob("*.py") if not {"builder", "cli"} & set(path.relative_to(ROOT).parts)
]
# A message that is cut in two lines of source is one message.
_SAID = re.sub(r'"\n\s*f?"', "", "\n".join(path.read_text(encoding="utf-8") for path in _SOURCES))


@pytest.mark.parametrize("words", terminal._TERMINAL_WORDING)
def test_what_is_worded_anew_is_still_said(words: str) -> None:
    """Messages change; a translation of words that nobody says any more would be silent about it."""
    assert words in _SAID
