"""The demonstration in the browser: a JupyterLite site with the notebooks, their data and the package's own wheel.

python lite/build.py [FOLDER]    builds it into FOLDER, by default build/lite/site

The kernel of the site is Pyodide, which has no network to install from before
somebody asks for it; so the copies of the notebooks begin with a cell that does.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
NOTEBOOKS: Final = ROOT / "notebooks"
WORK: Final = ROOT / "build" / "lite"

# A browser has neither the threads nor the processes over which it spreads its accounts.
LEFT_OUT: Final = ("04_many_accounts.ipynb",)

# The wheel stands beside the site, what it depends on comes from Pyodide's own collection and from PyPI.
INSTALL: Final = '%pip install -q "onoffice_nb[notebook]"'


def main(site: Path) -> None:
    """Build the site anew; what a build before has left is removed."""
    for folder in (WORK, site):
        shutil.rmtree(folder, ignore_errors=True)

    contents = WORK / "contents"
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        if notebook.name not in LEFT_OUT:
            write_notebook(notebook, contents / notebook.name)
    shutil.copytree(NOTEBOOKS / "data", contents / "data")

    # JupyterLite offers what lies in `pypi` to the kernels of the site.
    build_wheel(WORK / "pypi")
    run("-m", "jupyterlite_core", "build", f"--lite-dir={WORK}", f"--contents={contents}", f"--output-dir={site}")
    print(f"{site}: open lab/index.html?path=01_relation_builder.ipynb there, by way of a web server")


def write_notebook(source: Path, target: Path) -> None:
    """A copy that installs the package first; outputs are kept, so that it can be read before it is run."""
    notebook: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    cell: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "source": INSTALL}
    cell["execution_count"] = None
    # Later formats of notebooks want a name for each cell.
    names = {"id": "install"} if any("id" in other for other in notebook["cells"]) else {}
    notebook["cells"].insert(0, cell | names)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def build_wheel(folder: Path) -> None:
    """The wheel of this checkout, into a folder."""
    run("-m", "build", "--no-isolation", "--wheel", f"--outdir={folder}", str(ROOT))


def run(*words: str) -> None:
    """A Python command, where what it leaves beside its results is in nobody's way."""
    WORK.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, *words], cwd=WORK, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else WORK / "site")
