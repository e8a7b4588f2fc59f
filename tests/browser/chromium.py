"""Which browser the tests drive. Run as a command, it sees to it that there is one.

An installed Chromium or Chrome is as good as Playwright's own, and is there
already on many machines.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAYWRIGHT = [sys.executable, "-m", "playwright", "install"]
APT = ["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"]


def find() -> str | None:
    """The path of a browser that starts, or None."""
    with sync_playwright() as playwright:
        candidates = [*map(shutil.which, NAMES), *APPLICATIONS, playwright.chromium.executable_path]
    return next((path for path in candidates if path and Path(path).exists() and _starts(path)), None)


def _starts(path: str) -> bool:
    """Ubuntu's `chromium-browser` may be a note that a snap is missing; libraries may be missing too."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def ways() -> Iterator[list[list[str]]]:
    """Commands that install a browser, the likeliest way first."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield [["apt-get", "update", "--quiet"], APT]
        yield [[*PLAYWRIGHT, "--with-deps", "chromium"]]
    yield [[*PLAYWRIGHT, "chromium"]]


def main() -> None:
    """Find a browser, or install one."""
    path = find()
    for way in ways():
        if path is None:
            print("── no browser for the tests yet:", *way[-1], flush=True)
            all(subprocess.run(command, check=False).returncode == 0 for command in way)
            path = find()
    if path is None:
        sys.exit("No browser for the tests. Install Chromium or Chrome, then run `make test` again.")
    print("── browser:", path)


if __name__ == "__main__":
    main()
