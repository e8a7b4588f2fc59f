"""What mybinder.org reads from `binder/`, as far as it can be seen without building the image."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"


def test_only_files_that_go_together() -> None:
    # Beside an environment.yml or a Dockerfile the others would be ignored.
    assert {path.name for path in BINDER.iterdir()} == {"runtime.txt", "requirements.txt", "postBuild", "start"}


def test_python_is_one_that_the_package_takes() -> None:
    version = re.fullmatch(r"python-(\d+\.\d+)\n", (BINDER / "runtime.txt").read_text())
    assert version is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert version[1] in SpecifierSet(project["requires-python"])


def test_the_package_itself_is_installed_and_nothing_for_developers() -> None:
    text = (BINDER / "requirements.txt").read_text()
    assert [line for line in text.splitlines() if not line.startswith("#")] == ["./[all]"]
    # repo2docker guesses the encoding of the file, takes two bytes for UTF-16, and then installs before it copies.
    assert len(text) > 20


def test_scripts_run() -> None:
    for name in ("postBuild", "start"):
        assert os.access(BINDER / name, os.X_OK), f"{name} has to be executable"
        assert (BINDER / name).read_bytes().startswith(b"#!/usr/bin/env bash\n")


def test_it_opens_the_relation_builder() -> None:
    command = [str(BINDER / "start"), "printf", "%s\\n", "two words"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout.splitlines()
    assert said[0] == "two words"
    assert said[1].startswith("--ServerApp.default_url=")
    assert all((ROOT / line.split("=/lab/tree/")[1]).is_file() for line in said[1:])


def test_no_credentials_there() -> None:
    for path in BINDER.iterdir():
        assert "ONOFFICE_" not in path.read_text()
