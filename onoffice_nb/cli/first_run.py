"""What shows the whole in a minute: the notebooks in JupyterLab, the page alone, the story in the terminal."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Final

import click

from onoffice_nb.cli import options
from onoffice_nb.cli.terminal import echo
from onoffice_nb.errors import InputError
from onoffice_nb.execution.submit import submit, undo
from onoffice_nb.extras import extra
from onoffice_nb.formatting import text_table
from onoffice_nb.intake.files import read_table
from onoffice_nb.intake.pairs import read_pairs
from onoffice_nb.planning.planner import plan

__all__ = ["app", "demo", "lab"]

FIRST_NOTEBOOK: Final = "01_relation_builder.ipynb"
_SAMPLE: Final = Path("data", "kaeufer_export.csv")
_COPIED: Final = ("*.ipynb", "data/*.csv")

_PAGE_CELLS: Final = (
    "import onoffice_nb as oo\n\ncrm = oo.connect()",
    "buyers = oo.read_table({sample!r})" + "\noo.RelationBuilder(crm, frames={{'buyers': buyers}})",
)


@click.command()
@options.described_argument(
    "folder",
    "Where the notebooks are, or are to be; without a name: onoffice-nb.",
    metavar="[FOLDER]",
    type=options.FILE,
    default="onoffice-nb",
)
def lab(folder: Path) -> None:
    """Open JupyterLab with the relation builder: the same to click.

    The notebooks and their sample data are copied to the folder first. What is
    there already stays as it is. Prints the address where there is no display.

    \b
      onoffice-nb lab
      onoffice-nb lab my-folder
    """
    with extra("lab", "`onoffice-nb lab`"):
        from jupyterlab.labapp import main

    copy_notebooks(folder)
    echo(f"Notebooks: {folder.resolve()}", err=True)
    settings = [f"--ServerApp.root_dir={folder.resolve()}", f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}"]
    if not _has_display():
        settings.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container root is often the only user there is.
        settings.append("--allow-root")

    with suppress(KeyboardInterrupt):
        main(settings)


@click.command()
@click.option("--port", type=int, default=8866, show_default=True, metavar="N", help="The port on this machine.")
def app(port: int) -> None:
    """Serve the relation builder as a page of its own.

    Without a notebook around it, for a browser on this machine, until Ctrl-C. With credentials it works in your
    account, without them in a sandbox; the head of the page says which. The sample
    export is there to try it with, your own files are uploaded in the page.

    \b
      onoffice-nb app
      onoffice-nb app --port 9000
    """
    with extra("app", "`onoffice-nb app`"):
        from voila.app import Voila

    with TemporaryDirectory(prefix="onoffice-nb-") as folder:
        page = Path(folder, "relation_builder.ipynb")
        write_page(page)
        settings = [str(page), f"--port={port}", "--Voila.ip=127.0.0.1", "--strip_sources=True"]
        if not _has_display():
            settings.append("--no-browser")
        with suppress(KeyboardInterrupt):
            Voila.launch_instance(argv=settings)


@click.command()
@click.option(
    "--pause",
    type=click.FloatRange(0, 60),
    default=0,
    show_default=True,
    metavar="SECONDS",
    help="A rest before each step.",
)
def demo(pause: float) -> None:
    """Show the main story in this terminal.

    From a messy export to links, and back. On a sandbox in memory: nothing is real, nothing is kept, no credentials are
    looked for. Each step is shown with the line of Python that does it.

    \b
      onoffice-nb demo
    """
    from onoffice_nb.sandbox import Sandbox

    started = time.monotonic()
    number = 0

    def step(title: str, code: str, shown: object) -> None:
        nonlocal number
        number += 1
        if number > 1:
            time.sleep(pause)
        echo(f"── {number}. {title}\n>>> {code}\n{shown}\n")

    crm = Sandbox().client()
    echo(f"{crm.account}: an invented agency, nothing here is real.\n")

    export = read_table(sample_notebooks() / _SAMPLE)
    rows = export.fillna("").astype(str).to_numpy().tolist()
    code = f'export = oo.read_table("{_SAMPLE.name}")'
    step("An export as Excel writes it, taken as text", code, text_table(list(export.columns), rows))

    pairs = read_pairs(export, parent="Datensatznr. Immobilie", child="Datensatznr. Adresse")
    columns = ["row", "column", "raw", "reason"]
    rejects = text_table(columns, pairs.rejects[columns].astype(str).to_numpy().tolist(), numeric=[0])
    code = 'pairs = oo.read_pairs(export, parent="Datensatznr. Immobilie", child="Datensatznr. Adresse")'
    step("What is certain becomes a pair, all else is named", code, f"{pairs}\n\n{rejects}")

    purchase = plan(crm, "buyer", pairs)
    step("What would be sent; nothing is written yet", 'plan = oo.plan(crm, "buyer", pairs)', purchase)

    report = submit(crm, purchase, progress=False)
    step("Sent, and read back", "report = oo.submit(crm, plan)", report)

    outcome = report.frame[["Name", "parent", "child", "outcome"]]
    table = text_table(list(outcome.columns), outcome.astype(object).fillna("").astype(str).to_numpy().tolist())
    step("What became of each row", "report.frame", table)

    undone = undo(crm, report, progress=False)
    step("All of it back, and nothing else", "oo.undo(crm, report)", undone)

    seconds = time.monotonic() - started
    echo(f"That was all, in {seconds:.1f} s. To click: onoffice-nb lab. With a file of yours: onoffice-nb plan --help")


def sample_notebooks() -> Path:
    """The folder of the notebooks and their data: part of what is installed, or of the checkout."""
    package = Path(__file__).parents[1]
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parent / "notebooks"


def copy_notebooks(folder: Path) -> None:
    """Put the notebooks and their data into a folder; no file that is there is touched.

    Args:
        folder: Where to; it is made if it is missing.

    Raises:
        InputError: It cannot be written to.
    """
    source = sample_notebooks()
    for original in sorted(path for pattern in _COPIED for path in source.glob(pattern)):
        copy = folder / original.relative_to(source)
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            with original.open("rb") as content, copy.open("xb") as target:
                copyfileobj(content, target)
        except FileExistsError:
            if not folder.is_dir():
                raise InputError(f"Expected a folder for the notebooks, got the file {folder}: name another.") from None
        except OSError as error:
            raise InputError(
                f"{copy} cannot be written ({error.strerror}): name another folder, onoffice-nb lab FOLDER."
            ) from None


def write_page(path: Path) -> None:
    """A notebook with the relation builder and the sample export, and nothing else."""
    empty: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    sample = str(sample_notebooks() / _SAMPLE)
    cells = [{**empty, "source": source.format(sample=sample)} for source in _PAGE_CELLS]
    content = {
        "cells": cells,
        "metadata": {
            "title": "onoffice_nb",
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _has_display() -> bool:
    """Whether a browser can open here."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
