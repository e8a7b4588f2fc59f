"""What the tests of runs share."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

import onoffice_nb as oo


@pytest.fixture(autouse=True, scope="package")
def no_preflight() -> Iterator[None]:
    """Plans are made without a look at the records, which would find out what the API is to refuse here."""
    with pytest.MonkeyPatch.context() as patch:
        for make in (oo.plan, oo.plan_info, oo.plan_removal):
            patch.setitem(make.__kwdefaults__ or {}, "preflight", False)
        yield


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
