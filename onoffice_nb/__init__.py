"""From a messy column of ids to correct, verified, undoable links in onOffice enterprise, in a notebook.

What there is stands in `__init__.pyi`; each name loads its module when it is
first used, so that importing the package costs nothing.
"""

from typing import Any

import lazy_loader

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("onoffice_nb")
    return _load(name)
