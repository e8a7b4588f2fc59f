"""The fault simulation over many seeds: a few hundred in `make test`, a thousand and more in `make chaos`."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.execution.fault_simulation import Scenario
from tests.execution.status_simulation import StatusScenario

SEEDS = int(os.environ.get("CHAOS_SEEDS", "240"))
_PARTS = 8
# Other tests reach what is reached here; to measure it again would take as long as the scenarios do.
pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.usefixtures("no_waiting")
def test_scenarios(part: int, tmp_path: Path) -> None:
    figures: Counter[str] = Counter()
    for seed in range(part, SEEDS, _PARTS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            figures += Scenario.draw(seed).play(folder)
        except Exception as error:
            error.add_note(f"seed {seed}: {Scenario.draw(seed)}")
            raise
        figures["scenarios"] += 1
    print(dict(figures))
    assert figures["links"] > 0
    assert figures["killed"] > 0
    # Of a few scenarios, none may have a plan with errors.
    assert figures["refused by the preflight"] > 0 or SEEDS < 240
    assert figures["faults"] > 0


@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.usefixtures("no_waiting")
def test_scenarios_of_statuses(part: int, tmp_path: Path) -> None:
    figures: Counter[str] = Counter()
    for seed in range(part, SEEDS, _PARTS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            figures += StatusScenario.draw(seed).play(folder)
        except Exception as error:
            error.add_note(f"seed {seed}: {StatusScenario.draw(seed)}")
            raise
    print(dict(figures))
    assert figures["statuses"] > 0
    assert figures["killed"] > 0
    assert figures["faults"] > 0
