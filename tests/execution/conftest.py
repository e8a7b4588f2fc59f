"""What the tests of runs share."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

import onoffice_nb as oo


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repetitions follow at once."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture
def journal() -> Iterator[oo.Journal]:
    """A journal of this test alone."""
    opened = oo.Journal(":memory:")
    yield opened
    opened.close()
