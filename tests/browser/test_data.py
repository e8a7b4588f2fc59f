"""Data go into the page as people bring them, in a real JupyterLab; each story is judged by what the sandbox holds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from onoffice_nb import Sandbox
from tests.browser.lab import Lab, Page
from tests.workbooks import workbook

pytestmark = pytest.mark.parametrize("lab", ["lab", "notebook"], indirect=True)

_CELLS = [
    "import onoffice_nb as oo, pandas as pd\ncrm = oo.connect()",
    "builder = oo.RelationBuilder(crm)\nbuilder",
]


@contextmanager
def builder(
    lab: Lab, sandbox: Sandbox, relation: str, task: str = "link", **options: Any
) -> Iterator[tuple[Page, Locator]]:
    """A notebook with the page, in a kernel whose account is this sandbox over HTTP; the relation type is chosen."""
    with sandbox.serve() as server, lab.open(_CELLS, **options) as page:
        account = {"URL": server.url, "TOKEN": server.token, "SECRET": server.secret, "LABEL": sandbox.label}
        names = {f"ONOFFICE_{name}": value for name, value in account.items()}
        page.run_code(f"import os; os.environ.update({names!r})")
        page.run_all()
        page.run_code(f"relation = builder.choose({relation!r}, task={task!r})")
        root = page.locator(".oo-builder")
        expect(root.locator(".oo-relation-name")).to_be_visible()
        yield page, root


def paste(field: Locator, text: str) -> None:
    """Paste as from a spreadsheet, without the keyboard's own clipboard."""
    field.evaluate(
        """(field, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', text);
            field.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def check_and_send(root: Locator) -> None:
    root.locator(".oo-check").click()
    root.locator(".oo-confirm input").check()
    root.locator(".oo-submit").click()
    # The report of a run before stands there until this one begins.
    expect(root.locator(".oo-submit")).to_have_count(0)
    expect(root.locator(".oo-run")).to_have_count(0)
    expect(root.locator(".oo-after")).to_be_visible()


SALES: list[list[Any]] = [
    ["Datensatznr. Immobilie", "Datensatznr. Adresse", "Name"],
    [1003, 5001, "Brandt"],
    [1004, 5002, "Özdemir"],
]


def test_a_file_goes_in(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox, "buyer") as (page, root):
        before = sandbox.links("buyer")
        content = workbook(Hinweise=[["Stand", "heute"], ["x", "y"]], Verkäufe=SALES)
        root.locator(".oo-file").set_input_files(
            {"name": "Verkäufe 2026.xlsx", "mimeType": "application/octet-stream", "buffer": content}
        )
        expect(root.locator(".oo-table-title")).to_have_text("Verkäufe 2026.xlsx")
        expect(root.locator(".oo-check")).to_be_disabled()
        root.locator(".oo-sheet select").select_option("Verkäufe")
        expect(root.locator(".oo-sample tbody tr").first).to_contain_text("2")
        expect(root.locator(".oo-guess")).to_have_count(2)
        page.screenshot("file")
        check_and_send(root)
        assert sandbox.links("buyer") - before == {(1003, 5001), (1004, 5002)}


def test_a_large_file_is_dropped_and_comes_in_pieces(lab: Lab) -> None:
    lines = StringIO()
    rows = ([1000, 5000 + row, "x" * 40] for row in range(60_000))
    csv.writer(lines).writerows([["Immobilie", "Adresse", "Notiz"], *rows])
    with builder(lab, Sandbox(), "buyer") as (page, root):
        assert len(lines.getvalue()) > 3_000_000
        root.locator(".oo-data").evaluate(
            """(step, text) => {
                const dataTransfer = new DataTransfer();
                dataTransfer.items.add(new File([text], 'groß.csv', {type: 'text/csv'}));
                for (const type of ['dragover', 'drop']) {
                    step.dispatchEvent(new DragEvent(type, {dataTransfer, bubbles: true, cancelable: true}));
                }
            }""",
            lines.getvalue(),
        )
        expect(root.locator(".oo-count-pairs")).to_have_text("60,000 pairs", timeout=60_000)
        expect(root.locator(".oo-upload")).to_have_count(0)
        assert page.run_code("builder.pairs.frame.iloc[-1].tolist()") == "[1000, 64999]"


def test_two_columns_pasted_at_once(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox, "buyer") as (_, root):
        before = sandbox.links("buyer")
        paste(root.locator(".oo-paste textarea"), "Immobilie\tAdresse\r\n1003\t5001\r\n1004\t5002\r\n")
        expect(root.locator(".oo-count-pairs")).to_have_text("2 pairs")
        check_and_send(root)
        assert sandbox.links("buyer") - before == {(1003, 5001), (1004, 5002)}

        # The same into the field of one side, whose records have the same numbers as those of the other.
        root.locator(".oo-clear").click()
        root.locator(".oo-type-lists").click()
        paste(root.locator(".oo-parent-text textarea"), "1005\t5006\n1006\t5007")
        root.locator(".oo-parent-column select").select_option("0")
        root.locator(".oo-child-column select").select_option("1")
        expect(root.locator(".oo-count-pairs")).to_have_text("2 pairs")
        check_and_send(root)
        new = sandbox.links("buyer") - before
        assert new == {(1003, 5001), (1004, 5002), (1005, 5006), (1006, 5007)}


def test_two_lists_are_typed(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox, "buyer") as (_, root):
        before = sandbox.links("buyer")
        root.locator(".oo-type-lists").click()
        root.locator(".oo-parent-text textarea").fill("1003\n1004")
        root.locator(".oo-child-text textarea").press_sequentially("5001\n", delay=20)
        expect(root.locator(".oo-data .oo-error")).to_contain_text("2 rows on the left and 1 on the right")
        root.locator(".oo-child-text textarea").press_sequentially("5002", delay=20)
        expect(root.locator(".oo-child-text textarea")).to_have_value("5001\n5002")
        expect(root.locator(".oo-count-pairs")).to_have_text("2 pairs")
        check_and_send(root)
        assert sandbox.links("buyer") - before == {(1003, 5001), (1004, 5002)}


def test_swapped_columns_are_said_and_swapped(lab: Lab) -> None:
    sandbox = Sandbox()
    # As in real accounts, where numbers of estates are numbers of addresses too.
    sandbox.add("address", 1003, 1004)
    sandbox.add("estate", 5001, 5002)
    with builder(lab, sandbox, "buyer") as (page, root):
        before = sandbox.links("buyer")
        paste(root.locator(".oo-paste textarea"), "Immobilie\tAdresse\n1003\t5001\n1004\t5002\n")
        root.locator(".oo-parent-column select").select_option("1")
        root.locator(".oo-child-column select").select_option("0")
        warning = root.locator(".oo-note", has_text="say the opposite")
        expect(warning).to_contain_text("“Adresse” speaks of Address, but stands for Estate")
        page.screenshot("swapped")
        root.locator(".oo-swap-contradicting").click()
        expect(warning).to_have_count(0)
        check_and_send(root)
        assert sandbox.links("buyer") - before == {(1003, 5001), (1004, 5002)}


def test_a_status_column_is_asked_about(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox, "calendar:address") as (page, root):
        text = "Termin\tAdresse\tRückmeldung\n2909\t10821\tgesendet\n2909\t10823\tbestätigt\n"
        paste(root.locator(".oo-paste textarea"), text)
        expect(root.locator(".oo-status-question")).to_contain_text("“Rückmeldung” looks like a status")
        expect(root.locator(".oo-check")).to_be_disabled()
        page.screenshot("status")
        root.locator(".oo-status-yes").click()
        expect(root.locator(".oo-status-question")).to_have_count(0)
        check_and_send(root)
        infos = [sandbox.info(2909, address) for address in (10821, 10823)]
        assert [info and info[0] for info in infos] == ["gesendet", "bestätigt"]


def test_the_list_of_frames_is_fresh_whenever_it_opens(lab: Lab) -> None:
    with builder(lab, Sandbox(), "buyer") as (page, root):
        frames = root.locator(".oo-frame select")
        expect(frames.locator("option")).to_have_count(1)
        page.run_code("import polars as pl\nsales = pl.DataFrame({'Immobilie': [1003], 'Adresse': [5001]})")
        frames.focus()
        expect(frames.locator("option", has_text="sales · 1 row")).to_have_count(1)
        frames.select_option("sales")
        expect(root.locator(".oo-count-pairs")).to_have_text("1 pair")
        page.run_code("sales = pl.DataFrame({'Immobilie': [1003, 1004], 'Adresse': [5001, 5002]})")
        root.locator(".oo-check").click()
        expect(root.locator(".oo-confirm")).to_contain_text("2")


def test_many_pasted_lines_do_not_make_the_keys_stutter(lab: Lab) -> None:
    with builder(lab, Sandbox(), "buyer") as (page, root):
        milliseconds = page.evaluate(_PASTE_AND_WAIT, 50_000)
        print(f"50,000 pasted lines to counts: {milliseconds:.0f} ms")
        assert page.evaluate("() => document.querySelectorAll('.oo-builder *').length") < 1500

        root.locator(".oo-clear").click()
        root.locator(".oo-type-lists").click()
        paste(root.locator(".oo-parent-text textarea"), "\n".join(str(1000 + line) for line in range(50_000)))
        expect(root.locator(".oo-large-list")).to_contain_text("50,000 lines")
        field = root.locator(".oo-child-text textarea")
        page.evaluate(_LISTEN_TO_KEYS)
        field.press_sequentially("5001\n5002\n5003\n5004", delay=60)
        keys = sorted(page.evaluate("() => window.keyTimes"))
        print(f"a key beside them: {keys[len(keys) // 2]:.0f} ms, at most {keys[-1]:.0f} ms")
        assert keys[len(keys) // 2] < 50


_PASTE_AND_WAIT = """lines => new Promise(done => {
    const rows = Array.from({length: lines}, (_, row) => `${1000 + row}\\t${5000 + row}`);
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ['Immobilie\\tAdresse', ...rows].join('\\n'));
    const begun = performance.now();
    new MutationObserver((_, observer) => {
        if (document.querySelector('.oo-count-pairs')?.textContent.includes('50,000')) {
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
        }
    }).observe(document.body, {subtree: true, childList: true, characterData: true});
    document.querySelector('.oo-paste textarea')
        .dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}));
})"""

_LISTEN_TO_KEYS = """() => {
    window.keyTimes = [];
    document.querySelector('.oo-child-text textarea').addEventListener('input', () => {
        const begun = performance.now();
        requestAnimationFrame(() => setTimeout(() => window.keyTimes.push(performance.now() - begun)));
    });
}"""
