"""What holds for every test, doctest and notebook: nothing of the developer's own account or home gets in.

The environment is set while pytest starts, so that kernels, servers and
commands which tests start inherit it: without it, a test run beside a `.env`
could write into a real CRM.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import platformdirs
import pytest
from hypothesis import settings

_HOME = Path(tempfile.mkdtemp(prefix="onoffice-nb-tests-"))
_OWN = ("ONOFFICE_", "XDG_", "JUPYTER_", "IPYTHONDIR", "PYTEST_PLUGINS")

# A browser that Playwright installed lies in the real home.
os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(platformdirs.user_cache_path("ms-playwright", opinion=False)))
for _name in [name for name in os.environ if name.upper().startswith(_OWN)]:
    del os.environ[_name]
os.environ.update(
    HOME=str(_HOME),
    PYTHON_DOTENV_DISABLED="1",
    PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring",
    JUPYTER_PLATFORM_DIRS="1",
)

# How long one example takes says more of the machine than of the code.
settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the home of this run."""
    shutil.rmtree(_HOME, ignore_errors=True)
