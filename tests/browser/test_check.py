"""The check in a real JupyterLab: rows are mended, left out and read by clicks; the sandbox tells what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, expect

from onoffice_nb import Sandbox, read_table
from tests.browser.lab import NOTEBOOKS, Lab, Page

pytestmark = pytest.mark.parametrize("lab", ["lab", "notebook"], indirect=True)

EXPORT: Final = NOTEBOOKS / "data" / "kaeufer_export.csv"
PARENTS: Final = range(1001, 1013)

# All fourteen rows of the export: as they stand, mended, split in two, looked up by number and by name.
ALL_LINKS: Final = {
    *((1001, 5001), (1002, 5002), (1002, 5003), (1003, 5004), (1004, 5005), (1005, 5006), (1006, 5007)),
    *((1007, 5008), (1007, 5009), (1008, 5010), (1009, 5105), (1010, 5012), (1011, 5013)),
}
READ_EXPORT: Final = f"frame = oo.read_table({str(EXPORT)!r})"
BY_COLUMNS: Final = "parent='Datensatznr. Immobilie', child='Datensatznr. Adresse'"


@contextmanager
def page_of(
    lab: Lab, sandbox: Sandbox, frame: str, code: str = "", language: str = "en", **options: Any
) -> Iterator[tuple[Page, Locator]]:
    """A builder that knows of the table `export`."""
    with sandbox.serve() as server:
        cells = [
            "import pandas as pd\nimport onoffice_nb as oo\n"
            f"crm = oo.connect({server.token!r}, {server.secret!r}, {server.url!r}, label='Muster')\n{frame}\n"
            f"builder = oo.RelationBuilder(crm, frames={{'export': frame}}, language={language!r})\n{code}",
            "builder",
        ]
        with lab.open(cells, **options) as page:
            page.run_all()
            root = page.locator(".oo-builder")
            expect(root).to_have_count(1)
            yield page, root


def check(
    lab: Lab, sandbox: Sandbox, frame: str, use: str, language: str = "en", **options: Any
) -> AbstractContextManager[tuple[Page, Locator]]:
    """A builder whose relation type and columns are chosen by code; everything after is clicked."""
    code = f"builder.choose('buyer')\npairs = builder.use(frame, {use})"
    return page_of(lab, sandbox, frame, code, language, **options)


def choose_by_clicks(root: Locator) -> None:
    """The buyers, by a word and Enter; the export; its columns, one chosen wrong and then right, one as guessed."""
    keyboard = root.page.keyboard
    root.locator(".oo-relation-search input").click()
    keyboard.type("Käufer")
    expect(root.locator(".oo-hits li")).to_have_count(1)
    keyboard.press("Enter")
    expect(root.locator(".oo-relation-name")).to_have_text("Buyer")

    root.locator(".oo-frame select").focus()
    expect(root.locator(".oo-frame option[value=export]")).to_have_count(1)
    keyboard.type("export")
    expect(root.locator(".oo-table-title")).to_have_text("export")

    expect(root.locator(".oo-guess")).to_have_count(2)
    root.locator(".oo-parent-column select").focus()
    keyboard.type("Objekt-Nr")
    expect(root.locator(".oo-parent-holds select")).to_have_value("object number")
    root.locator(".oo-parent-column select").select_option(label="Datensatznr. Immobilie")
    root.locator(".oo-confirm-child").click()
    expect(root.locator(".oo-guess")).to_have_count(0)
    expect(root.locator(".oo-count-pairs")).to_have_text("6 pairs")


def row(root: Locator, number: int) -> Locator:
    return root.locator(f'.oo-rows tr[data-row="{number}"]')


def links(sandbox: Sandbox) -> set[tuple[int, int]]:
    """The buyers of the export's estates, as the sandbox holds them."""
    found = sandbox.client().related("buyer", parents=PARENTS)
    return set(found[["parent", "child"]].itertuples(index=False, name=None))


def send(root: Locator) -> None:
    root.locator(".oo-confirm input").check()
    root.locator(".oo-submit").click()
    expect(root.locator(".oo-after")).to_be_visible()


def test_all_fourteen_rows_are_brought_home_by_clicks(lab: Lab) -> None:
    sandbox = Sandbox()
    before = links(sandbox)
    with page_of(lab, sandbox, READ_EXPORT) as (page, root):
        choose_by_clicks(root)
        root.locator(".oo-check").click()
        expect(root.locator(".oo-filter-mend")).to_contain_text("7 to mend")
        page.screenshot("checked")
        root.locator(".oo-filter-mend").click()

        row(root, 5).locator(".oo-take", has_text="1003").click()
        expect(row(root, 5)).to_contain_text("mended by you: 1.003 → 1003")
        row(root, 5).locator(".oo-take", has_text="5004").click()
        expect(row(root, 5)).to_have_count(0)

        row(root, 6).locator(".oo-look-up", has_text="Schmitz, Peter").click()
        row(root, 6).locator(".oo-candidate", has_text="5005 Peter Schmitz").click()
        expect(row(root, 6)).to_have_count(0)
        row(root, 10).locator(".oo-take", has_text="5008 Ruth Kern, 5009 Paul Kern").click()
        expect(row(root, 10)).to_have_count(0)
        # One record bears this object number, so that nothing is left to be asked.
        row(root, 11).locator(".oo-look-up", has_text="A-1008").click()
        expect(row(root, 11)).to_have_count(0)
        row(root, 12).locator(".oo-look-up", has_text="KD-5011").click()
        row(root, 12).locator(".oo-candidate", has_text="5105 Ute Lenz").click()
        expect(row(root, 12)).to_have_count(0)
        row(root, 14).locator(".oo-take", has_text="1011").click()
        expect(row(root, 14)).to_have_count(0)
        row(root, 15).locator(".oo-look-up", has_text="Vogt, Lea").click()
        lea = row(root, 15).locator(".oo-candidate", has_text="Lea Vogt")
        number = int(lea.inner_text().split()[1])
        lea.click()

        expect(root.locator(".oo-filter-mend")).to_have_count(0)
        expect(root.locator(".oo-filter-new")).to_contain_text("14 new")
        page.screenshot("mended")
        send(root)
        assert links(sandbox) - before == {*ALL_LINKS, (1012, number)}
        expect(root.locator(".oo-filter-linked")).to_contain_text("15")
        page.screenshot("linked")


def test_rows_left_out_are_not_sent_and_come_back_by_a_tick(lab: Lab) -> None:
    sandbox = Sandbox()
    before = links(sandbox)
    with check(lab, sandbox, READ_EXPORT, BY_COLUMNS, language="de") as (page, root):
        root.locator(".oo-check").click()
        # One after the other, without waiting for the check that each of them makes.
        for number in (2, 3, 9):
            row(root, number).get_by_role("checkbox").uncheck()
        expect(root.locator(".oo-filter-left_out")).to_contain_text("3 weggelassen")
        expect(root.locator(".oo-filter-new")).to_contain_text("3 neu")
        row(root, 3).get_by_role("checkbox").check()
        expect(root.locator(".oo-filter-new")).to_contain_text("4 neu")
        # Whoever ticks a row stays there.
        assert page.evaluate("() => document.activeElement.closest('tr')?.dataset.row") == "3"
        page.screenshot("left-out")
        send(root)
        assert links(sandbox) - before == {(1002, 5002), (1002, 5003), (1005, 5006), (1010, 5012)}


HOSTILE: Final = """
bad = "<img src=x onerror=hacked=1>\u202e"
frame = pd.DataFrame({
    "Objekt" + bad: ["1001", bad, "1.003", bad * 40],
    "Adresse": ["5001", "5002", bad, bad],
    "Name " + bad: [bad, bad, bad, "javascript:hacked=1"],
    "Ort": ["${window.hacked=1}", "</td></tr></table>", "&lt;b&gt;", bad],
})
"""


def test_hostile_text_in_every_column_stays_text(lab: Lab) -> None:
    with check(lab, Sandbox(), HOSTILE, "parent='Objekt' + bad, child='Adresse'", width=900) as (page, root):
        root.locator(".oo-check").click()
        expect(root.locator(".oo-filter-mend")).to_contain_text("3 to mend")
        expect(row(root, 1)).to_contain_text("<img src=x onerror=")
        expect(row(root, 2)).to_contain_text("</td></tr></table>")
        for part in ("picture", "requests", "curl", "python"):
            root.locator(f".oo-{part} > summary").click()
            expect(root.locator(f".oo-{part}")).to_have_attribute("open", "")
        root.locator(".oo-row-search input").fill("onerror=")
        expect(root.locator(".oo-shown")).to_contain_text("4 rows shown of 4")
        page.screenshot("hostile")
        assert page.evaluate("() => window.hacked === undefined && !document.querySelector('.oo-builder img')")
        # Nothing of it lies beyond the edge of the page.
        assert page.evaluate(
            "() => { const b = document.querySelector('.oo-builder'); return b.scrollWidth <= b.clientWidth }"
        )


SWAPPED: Final = "frame = pd.DataFrame({'Immobilie': [1001, 1002], 'Adresse': [5001, 5002]})"


def test_swapped_columns_stop_the_sending_until_they_are_swapped_by_a_click(lab: Lab) -> None:
    sandbox = Sandbox()
    before = links(sandbox)
    with check(lab, sandbox, SWAPPED, "parent='Adresse', child='Immobilie'") as (page, root):
        root.locator(".oo-check").click()
        expect(root.locator(".oo-finding.oo-error").first).to_be_visible()
        expect(root.locator(".oo-submit")).to_have_count(0)
        assert links(sandbox) == before

        root.locator(".oo-swap-sides").first.click()
        expect(root.locator(".oo-finding.oo-error")).to_have_count(0)
        expect(row(root, 1)).to_contain_text("Jürgen Brandt")
        page.screenshot("swapped")
        send(root)
    assert links(sandbox) - before == {(1001, 5001), (1002, 5002)}


def test_the_table_is_taken_home_and_read_again(lab: Lab) -> None:
    with check(lab, Sandbox(), READ_EXPORT, BY_COLUMNS) as (page, root):
        root.locator(".oo-check").click()
        root.locator(".oo-filter-mend").click()
        with page.page.expect_download() as download:
            root.locator(".oo-save-xlsx").click()
        path = page.results / "check.xlsx"
        download.value.save_as(path)
    table = read_table(path)
    assert table["Row"].astype(int).tolist() == list(range(2, 16))
    assert table["Name"].tolist()[:2] == ["Brandt, Jürgen", "Özdemir, Elif"]
    assert table["State"].tolist().count("to mend") == 7
