"""A pytest plugin: the fixture `onoffice_sandbox`, an onOffice for the tests of your own code.

    def test_mine(onoffice_sandbox):
        onoffice_sandbox.add("estate", 7)
        my_code(onoffice_sandbox.serve().url, onoffice_sandbox.token, onoffice_sandbox.secret)
        assert onoffice_sandbox.links("buyer") == {(7, 5001)}

    @pytest.mark.onoffice_sandbox(empty=True, behaviour=Behaviour(missing_link="succeeds"))
    def test_otherwise(onoffice_sandbox): ...

The mark takes what `Sandbox` takes. A test whose code asked for a call that
the sandbox does not know fails, and says what it knows. Servers are stopped
when the test is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from onoffice_nb.sandbox import Sandbox

__all__ = ["onoffice_sandbox", "pytest_configure"]


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "onoffice_sandbox(**options): what the sandbox of this test is made with")


@pytest.fixture
def onoffice_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of its own for each test, with the demo agency."""
    from onoffice_nb.sandbox import Sandbox
    from onoffice_nb.sandbox.endpoint.handler import KNOWN

    mark = request.node.get_closest_marker("onoffice_sandbox")
    with Sandbox(**(mark.kwargs if mark else {})) as box:
        yield box
        if box.unknown:
            pytest.fail(f"The sandbox does not know: {', '.join(box.unknown)}. It knows: {KNOWN}.", pytrace=False)
