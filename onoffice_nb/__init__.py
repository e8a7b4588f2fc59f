"""From a messy column of ids to correct, verified, undoable links in onOffice enterprise, in a notebook.

What there is stands in `__init__.pyi`; each name loads its room when it is
first used, so that importing the package costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
