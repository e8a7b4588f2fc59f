"""300 rows of names instead of ids, in a real JupyterLab: what is sure is taken, the rest is judged by clicks."""

from __future__ import annotations

import json
from typing import Final

import pytest
from playwright.sync_api import expect

from onoffice_nb import Sandbox, read_table
from tests.browser.lab import Lab

pytestmark = pytest.mark.parametrize("lab", ["lab", "notebook"], indirect=True)

_ROWS: Final = 300
_WITH_SLIP: Final = 12

# Every 25th last name is written with a slip, so that no rule is sure of it. People of one name at one address would be
# several records, so each name is taken once.
_FRAME: Final = f"""
people = crm.read("address", ["Vorname", "Name", "Strasse", "Ort"]).query("5020 <= id <= 5570")
people = people[(people["Vorname"] != "") & (people["Name"].str.len() > 3)].drop_duplicates(["Vorname", "Name"])
people = people.head({_ROWS}).reset_index(drop=True)
slips = [name[:2] + name[3:] if row % 25 == 0 else name for row, name in enumerate(people["Name"])]
frame = pd.DataFrame({{
    "Objekt-Nr (extern)": [f"A-{{1001 + row % 100}}" for row in range({_ROWS})],
    "Vorname": people["Vorname"], "Nachname": slips, "Straße": people["Strasse"], "Ort": people["Ort"],
}})
meant = [(1001 + row % 100, int(number)) for row, number in enumerate(people["id"])]
"""


def test_300_rows_by_name_with_the_candidates_judged(lab: Lab) -> None:
    sandbox = Sandbox()
    before = sandbox.links("buyer")
    with sandbox.serve() as server:
        cells = [
            "import pandas as pd\nimport onoffice_nb as oo\n"
            f"crm = oo.connect({server.token!r}, {server.secret!r}, {server.url!r}, label='Muster')\n{_FRAME}",
            "builder = oo.RelationBuilder(crm, frames={'names': frame}, language='en')\nbuilder",
        ]
        with lab.open(cells) as page:
            page.run_all()
            in_order = [
                (parent, child) for parent, child in json.loads(page.run_code("import json; print(json.dumps(meant))"))
            ]
            meant = set(in_order)
            assert len(meant) == _ROWS
            root = page.locator(".oo-builder")
            root.locator(".oo-relation-search input").fill("Käufer")
            expect(root.locator(".oo-hits li")).to_have_count(1)
            root.locator(".oo-hit").click()
            root.locator(".oo-frame select").select_option("names")
            expect(root.locator(".oo-parent-holds select")).to_have_value("object number")
            expect(root.locator(".oo-child-holds select")).to_have_value("name")

            root.locator(".oo-check").first.click()
            expect(root.locator(".oo-filter-mend")).to_contain_text(f"{_WITH_SLIP} to mend", timeout=60_000)
            page.screenshot("checked")
            root.locator(".oo-filter-mend").click()
            rows = root.locator(".oo-rows tbody tr[data-row]")
            expect(rows).to_have_count(_WITH_SLIP)

            # One is judged by itself, then all whose candidates have the same reasons at once.
            number = int(str(rows.first.get_attribute("data-row")))
            _, record = in_order[number - 1]
            rows.first.locator(".oo-take", has_text=str(record)).first.click()
            expect(rows).to_have_count(_WITH_SLIP - 1)
            expect(rows.first.locator(".oo-offer").first).to_contain_text("same street and house number")
            rows.first.locator(".oo-take-alike").first.click()
            expect(root.locator(".oo-filter-mend")).to_have_count(0)

            root.locator(".oo-confirm input").check()
            root.locator(".oo-submit").click()
            expect(root.locator(".oo-after")).to_contain_text(f"{_ROWS} linked", timeout=60_000)
            assert sandbox.links("buyer") - before == meant - before

            with page.page.expect_download() as download:
                root.locator(".oo-report-xlsx").click()
            path = lab.results / "report.xlsx"
            download.value.save_as(path)
            report = read_table(path)
            assert len(report) == _ROWS
            assert set(zip(report["parent"], report["child"], strict=True)) == meant
            assert set(report["outcome"]) == {"linked"}
