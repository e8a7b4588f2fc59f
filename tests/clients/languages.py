"""The programs that speak to the sandbox in other languages. Run as a command, it sees to it that they are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["LANGUAGES", "Language"]

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Language:
    """One client: how it is run, a command that succeeds where it can be, and the packages of Debian that it needs."""

    program: str
    script: str
    probe: tuple[str, ...]
    packages: tuple[str, ...] = ()

    @property
    def command(self) -> list[str]:
        """What runs it, but for url, token and secret."""
        return [self.program, str(_HERE / self.script)]

    @property
    def installed(self) -> bool:
        """Whether all that it needs is there."""
        try:
            return subprocess.run(self.probe, capture_output=True, timeout=60, check=False).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False


LANGUAGES: Final = {
    "python": Language(sys.executable, "client.py", (sys.executable, "--version")),
    "curl": Language(
        "bash",
        "curl.sh",
        ("bash", "-c", "type curl openssl base64 && base64 -w0 </dev/null"),
        ("bash", "curl", "openssl", "coreutils"),
    ),
    "php": Language(
        "php", "client.php", ("php", "-r", "exit((int) !extension_loaded('curl'));"), ("php-cli", "php-curl")
    ),
    "node": Language("node", "client.mjs", ("node", "--version"), ("nodejs",)),
}


def main() -> None:
    """Install what is missing, where that can be done; say what stays out."""
    packages = [package for language in LANGUAGES.values() if not language.installed for package in language.packages]
    apt = shutil.which("apt-get")
    if packages and apt and os.geteuid() == 0:
        print("── clients in other languages:", *packages, flush=True)
        for command in (["update", "--quiet"], ["install", "--quiet", "--yes", "--no-install-recommends", *packages]):
            subprocess.run([apt, *command], check=False)
    for name, language in LANGUAGES.items():
        if not language.installed:
            print(f"── NOT TESTED: the client in {name}. It needs {', '.join(language.packages)}.")


if __name__ == "__main__":
    main()
