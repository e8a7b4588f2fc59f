"""tqdm's bar, in terminals and notebooks, which is silent about what it does without."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm.auto import tqdm

__all__ = ["progress_bar"]


def progress_bar(unit: str, *, shown: bool, title: str | None = None) -> tqdm[Any]:
    """A bar, to be used in `with`.

    Args:
        unit: What is counted.
        shown: False for a bar that is there and draws nothing.
        title: What stands before it.

    Example:
        >>> with progress_bar("links", shown=False) as bar:
        ...     bar.update(3)
    """
    from tqdm import TqdmMonitorWarning
    from tqdm.auto import tqdm

    # It says so where it cannot start a thread that watches it, as in a browser's Python; that is nothing to the user.
    with warnings.catch_warnings(action="ignore", category=TqdmMonitorWarning):
        return tqdm(desc=title, unit=f" {unit}", disable=not shown)
