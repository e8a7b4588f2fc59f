"""What an extra brings is imported where it is needed; whoever lacks it is told its name here, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from onoffice_nb.errors import MissingExtra

__all__ = ["extra"]


@contextmanager
def extra(name: str, purpose: str) -> Iterator[None]:
    """Around the imports that an extra brings.

    Args:
        name: The extra, as `pyproject.toml` calls it.
        purpose: What needs it, as the beginning of a sentence.

    Raises:
        MissingExtra: One of the packages is not installed.

    Example:
        >>> try:
        ...     with extra("match", "Matching"):
        ...         import no_such_package
        ... except MissingExtra as error:
        ...     print(error)
        Matching needs no_such_package, which is not installed: pip install 'onoffice-nb[match]' brings it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or name).partition(".")[0]
        if package == "onoffice_nb":
            raise
        raise MissingExtra(
            f"{purpose} needs {package}, which is not installed: pip install 'onoffice-nb[{name}]' brings it."
        ) from None
