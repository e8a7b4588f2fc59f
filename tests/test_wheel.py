"""What people install: the wheel, built by way of the source archive, in an environment without the checkout."""

from __future__ import annotations

import ast
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "onoffice_nb"
NOTEBOOKS = ROOT / "notebooks"

TRY = """
import pathlib, sys
import onoffice_nb as oo
assert pathlib.Path(oo.__file__).is_relative_to(sys.prefix), oo.__file__
for name in oo.__all__:
    getattr(oo, name)
buyer = oo.relation("Käufer")
crm = oo.connect()
plan = oo.plan(crm, buyer, oo.cross([1001], [5001]))
print(crm.account, len(oo.relations()), buyer.suffix, len(plan.actions))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT))
    assert len(list(out.glob("*.tar.gz"))) == 1
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that has the wheel, and what it depends on from the environment of the tests."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home, with_pip=False)
    run(sys.executable, "-m", "pip", "--python", str(home / "bin/python"), "install", "--no-deps", str(wheel))
    (packages,) = home.glob("lib/python*/site-packages")
    # Not the checkout: a .pth file found by way of a .pth file is not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin"


def run(*command: str, cwd: Path | None = None) -> str:
    """What the command prints; it fails with all that it printed."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=cwd, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_file_of_the_house_is_in_the_wheel(wheel: Path) -> None:
    files = [path for path in HOUSE.rglob("*") if path.is_file() and path.parent.name != "__pycache__"]
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = [archive.read(name).decode() for name in archive.namelist() if name.endswith("/METADATA")]
    notebooks = {path.relative_to(ROOT).as_posix() for path in [*NOTEBOOKS.glob("*.*"), *NOTEBOOKS.glob("data/*.csv")]}
    assert packed == {path.relative_to(ROOT).as_posix() for path in files} | {
        f"onoffice_nb/{name}" for name in notebooks
    }
    assert {"notebooks/01_relation_builder.ipynb", "notebooks/data/kaeufer_export.csv"} <= notebooks
    assert {"onoffice_nb/py.typed", "onoffice_nb/__init__.pyi", "onoffice_nb/data/relations.csv"} <= packed
    assert "License-Expression: MIT" in metadata
    assert "Requires-Python: >=3.11" in metadata


def test_it_works_without_the_checkout(clean: Path, tmp_path: Path) -> None:
    said = run(str(clean / "python"), "-c", TRY, cwd=tmp_path)
    assert said.splitlines()[-1] == "SANDBOX · Muster Immobilien 63 estate:address:buyer 1"


def test_the_command_is_there(clean: Path, tmp_path: Path) -> None:
    said = run(str(clean / "onoffice-nb"), "--help", cwd=tmp_path)
    assert all(word in said for word in ("demo", "app", "lab", "sandbox", "plan", "submit", "undo", "runs"))


def test_the_story_is_told_without_the_checkout(clean: Path, tmp_path: Path) -> None:
    said = run(str(clean / "onoffice-nb"), "demo", cwd=tmp_path)
    assert "14 rows: 7 linked · 7 skipped" in said
    assert "6 rows: 6 removed" in said


def test_types_are_there(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text("import onoffice_nb as oo\n\nname: int = oo.relation('buyer').urn\n")
    python = str(clean / "python")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--python-executable", python, "--follow-imports=silent", "user.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=300,
        check=False,
    )
    assert 'expression has type "str", variable has type "int"' in checked.stdout, checked.stdout + checked.stderr


def test_nothing_of_what_colab_ships_is_replaced() -> None:
    """Its kernel is running when somebody installs this: another IPython under it breaks the session."""
    shipped = {"ipython": "7.34.0", "ipywidgets": "7.7.1", "traitlets": "5.7.1", "numpy": "2.0.2", "pandas": "2.2.2"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["notebook"]])
    specifiers = {str(canonicalize_name(requirement.name)): requirement.specifier for requirement in wanted}
    assert shipped.keys() <= specifiers.keys()
    for name, version in shipped.items():
        assert version in specifiers[name], name
    # JupyterLab is not there, and nobody who opens a notebook there wants it.
    assert "jupyterlab" not in specifiers


def test_every_package_that_is_imported_is_declared() -> None:
    """The dependencies of the development environment are more than a user has."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    # What an extra brings is imported where it is needed, and its absence answered by a sentence.
    extras = [name for extra, names in project["optional-dependencies"].items() if extra != "dev" for name in names]
    declared = {canonicalize_name(Requirement(name).name) for name in [*project["dependencies"], *extras]}
    # Whoever hands over a frame of these has the library.
    declared |= {canonicalize_name(name) for name in ("modin", "dask", "duckdb", "polars", "pyspark")}
    providers = packages_distributions()
    for path in HOUSE.rglob("*.py"):
        # The plugin is only ever loaded by pytest itself.
        here = declared | ({"pytest"} if path.name == "pytest_plugin.py" else set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in {imported.split(".")[0] for imported in names} - {"onoffice_nb", *sys.stdlib_module_names}:
                assert {canonicalize_name(provider) for provider in providers.get(name, [name])} & here, (
                    f"{path.name}: {name}"
                )
