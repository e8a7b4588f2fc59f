"""The fault campaign over many seeds: a few hundred in `make test`, a thousand and more in `make chaos`."""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.execution.fault_simulation import Story

SEEDS = int(os.environ.get("CHAOS_SEEDS", "240"))
_PARTS = 8


@pytest.mark.parametrize("part", range(_PARTS))
def test_campaign(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    figures: Counter[str] = Counter()
    for seed in range(part, SEEDS, _PARTS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            figures += Story.draw(seed).play(folder)
        except Exception as error:
            error.add_note(f"seed {seed}: {Story.draw(seed)}")
            raise
        figures["stories"] += 1
    print(dict(figures))
    assert figures["links"] > 0
    assert figures["faults"] > 0
