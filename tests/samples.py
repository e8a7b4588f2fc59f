"""The sample data of the notebooks, which the tests read too: it stands once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SAMPLES: Final = ROOT / "notebooks" / "data"
