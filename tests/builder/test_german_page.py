"""The page in German: whatever happens on it, no English sentence of the engine and no word of Python shows."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any, Final

import pandas as pd
import pytest

import onoffice_nb as oo
from onoffice_nb.execution.journal import journal_for
from onoffice_nb.sandbox import Faults
from tests.builder.front_end import FrontEnd
from tests.builder.test_sentences import ENGLISH, PYTHON, QUOTED
from tests.intake.test_cells import REFUSED
from tests.scenarios import trouble

PARTS: Final = ("page", "what", "data", "check", "send", "runs")

# What is the same in every language: keys of the front end, what can be copied, exact requests, types of links.
SAME_IN_EVERY_LANGUAGE: Final = re.compile(
    r"\.(key|rule|sort|value|code|python|curl|request|lines|urn|suffix|name|do|kind|state|type)(\[\])?$|pairing\[\]$"
)


def texts(view: Any, place: str) -> Iterator[tuple[str, str]]:
    """All texts of a view, each with its place."""
    if isinstance(view, dict):
        for key, inner in view.items():
            yield from texts(inner, f"{place}.{key}")
    elif isinstance(view, list | tuple):
        for inner in view:
            yield from texts(inner, f"{place}[]")
    elif isinstance(view, str):
        yield place, view


class GermanPage(FrontEnd):
    """A page whose every state is looked at."""

    def __init__(self, sandbox: oo.Sandbox) -> None:
        self.said: list[str] = []
        super().__init__(oo.RelationBuilder(sandbox.client(), language="de", frames={}))

    def send(self, action: str, **content: Any) -> None:
        super().send(action, **content)
        self.look()

    def click(self, action: str, **content: Any) -> None:
        super().click(action, **content)
        self.look()

    def use(self, frame: pd.DataFrame, relation: str, *, task: str = "link", **columns: Any) -> None:
        self.builder.choose(relation, task=task)
        self.builder.use(frame, parent=frame.columns[0], child=frame.columns[1], **columns)
        self.look()

    def look(self) -> None:
        """No English, no Python in anything that is shown."""
        for part in PARTS:
            for place, text in texts(self.view(part), part):
                if " " not in text or SAME_IN_EVERY_LANGUAGE.search(place):
                    continue
                bare = QUOTED.sub("", text)
                assert not ENGLISH.search(bare), f"{place}: {text!r}"
                assert not PYTHON.search(bare), f"{place}: {text!r}"
        self.said += [message["text"] for message in self.view("page")["messages"].values()]


@pytest.fixture
def sandbox() -> oo.Sandbox:
    return oo.Sandbox()


@pytest.fixture
def page(sandbox: oo.Sandbox) -> GermanPage:
    return GermanPage(sandbox)


def pairs(parents: list[Any], children: list[Any]) -> pd.DataFrame:
    return pd.DataFrame({"Immobilie": pd.Series(parents, dtype=object), "Adresse": pd.Series(children, dtype=object)})


def test_all_that_can_be_wrong_with_a_cell(page: GermanPage) -> None:
    raws = [raw for raw, *_ in REFUSED if isinstance(raw, str) and len(raw) < 100]
    page.use(pairs([1003] * len(raws), raws), "buyer")
    page.click("check.check")
    assert page.states["mend"] == len(raws)


def test_a_column_with_what_is_no_text(page: GermanPage) -> None:
    raws = [True, 3.5, 1.003, pd.Timestamp("2024-01-01"), [1], 2**60, None]
    page.use(pairs([1003] * len(raws), raws), "buyer")
    page.click("check.check")
    assert page.states["mend"] == len(raws)


@pytest.mark.parametrize(
    ("relation", "columns", "parents", "children"),
    [
        ("buyer", ["Adresse", "Immobilie"], [5001, 5002], [1001, 1002]),
        ("buyer", ["a", "b"], [999_999, 1001], [5001, 999_998]),
        ("estate:estateUnit", ["a", "b"], [1001, 1002], [1001, 1003]),
        ("estate:address:contactPerson", ["a", "b"], [1001], [5001]),
        ("estate:file:foto", ["a", "b"], [1001], [1]),
        ("estate:allFiles", ["a", "b"], [1001], [1]),
    ],
)
def test_what_the_preflight_finds(
    page: GermanPage, relation: str, columns: list[str], parents: list[int], children: list[int]
) -> None:
    page.use(pairs(parents, children).set_axis(columns, axis=1), relation)
    page.click("check.check")
    assert page.view("check")["findings"]
    page.click("send.submit")


def test_names_that_are_looked_up(page: GermanPage) -> None:
    people = pd.DataFrame(
        {
            "Objekt-Nr": ["A-1001", "A-9999", "A-1003", ""],
            "Vorname": ["Jürgn", "Anna", "Niemand", "Lea"],
            "Name": ["Brandt", "Müller", "Unbekannt", "Vogt"],
            "Ort": ["Aachen", "", "Nirgends", "Köln"],
        }
    )
    page.builder.choose("buyer")
    who = {"Vorname": "Vorname", "Name": "Name", "Ort": "Ort"}
    page.builder.use(people, parent={"objektnr_extern": "Objekt-Nr"}, child=who)
    page.click("check.check")
    assert page.states["mend"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leer.csv", b""),
        ("a.pdf", b"%PDF-1.7"),
        ("a.html", b"<html><body>x"),
        ("a.xml", b"<?xml version='1.0'?>"),
        ("a.parquet", b"PAR1"),
        ("a.gz", b"\x1f\x8b"),
        ("a.xlsx", b"PK\x03\x04kaputt"),
        ("a.csv", b"id\n\x81\xff\n"),
        ("a.csv", b"id;name\n1;2;3;4\n"),
        ("a.csv", b'id;name\n1;"2\n3;4\n'),
        ("a.csv", b"id\n" + b"x" * 200_000),
        ("a.csv", "Käufer, Stand 1.5.\n\nObjekt;Straße\n1001;Allee 5\n".encode("cp1252")),
        ("a.csv", b"1001;5001\n1002;5002\n"),
    ],
)
def test_files_that_cannot_be_read_or_are_guessed(page: GermanPage, name: str, content: bytes) -> None:
    page.send("what.choose", name="estate:address:buyer")
    content_of_file = [memoryview(content)]
    page.send("data.upload", number="1", name=name, size=len(content), offset=0, buffers=content_of_file)


@pytest.mark.parametrize(
    ("parents", "children"),
    [("1001\n1002", "5001"), ("1001\n1002", "1001\n1002"), ("1001\t5001\n1002\t5002", "5001\n5002"), ("x", "")],
)
def test_lists_that_do_not_fit(page: GermanPage, parents: str, children: str) -> None:
    page.send("what.choose", name="estate:address:buyer")
    page.send("data.lists")
    page.send("data.type", side="parent", text=parents)
    page.send("data.type", side="child", text=children)


@pytest.mark.parametrize(
    "fault",
    [
        *("refused", "unreached", "drop_after", "late", "cut", "truncated", "html", "bad_gateway_after"),
        *("too_many_requests", "unavailable", "server_error", "server_error_after", "missing"),
    ],
)
def test_runs_that_go_wrong(sandbox: oo.Sandbox, page: GermanPage, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    page.use(pairs([1003, 1004], [5001, 5002]), "buyer")
    page.click("check.check")
    with trouble(sandbox, dict.fromkeys(range(1, 20), fault), later_reads="late"):
        page.confirm()
        page.click("send.submit")
    assert page.view("send")["after"]
    page.click("send.retry")
    run = page.view("send")["after"]["run"]
    for action in ("runs.show", "runs.audit", "runs.undo"):
        page.click(action, run=run)
    page.click("send.undo")


@pytest.mark.parametrize("fault", ["refused", "late", "html", "unavailable"])
def test_checks_that_go_wrong(
    sandbox: oo.Sandbox, page: GermanPage, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    page.use(pairs([1003], [5001]), "buyer")
    sandbox.faults = Faults(dict.fromkeys(range(1, 50), fault))
    page.click("check.check")
    assert page.said


def test_rows_that_fail(sandbox: oo.Sandbox, page: GermanPage) -> None:
    page.use(pairs([1003, 1004, 1003, 1005], [5001, 5002, 5001, "#NV"]), "buyer")
    page.click("check.check")
    sandbox.set_rights("address", [5002], writable=False)
    page.confirm_and_submit(check=False)
    assert page.view("send")["after"]["problems"]
    page.click("runs.audit", run=page.view("send")["after"]["run"])
    page.send("send.ask_undo")
    page.click("send.undo")


def test_statuses(sandbox: oo.Sandbox, page: GermanPage) -> None:
    guests = sorted(sandbox.links("calendar:address"))[:2]
    frame = pd.DataFrame([(*guest, status) for guest, status in zip(guests, ["bestätigt", "vielleicht"], strict=True)])
    page.use(frame.set_axis(["Termin", "Adresse", "Status"], axis=1), "calendar:address", task="status", info="Status")
    page.click("check.check")
    page.confirm_and_submit(check=False)
    page.click("runs.audit", run=page.view("send")["after"]["run"])
    page.send("send.ask_undo")
    page.click("send.undo")


def test_replacements_and_removals(sandbox: oo.Sandbox, page: GermanPage) -> None:
    for task in ("replace", "remove"):
        page.use(pairs([1001, 1002], [5002, "x"]), "buyer", task=task)
        page.click("check.check")
        page.confirm()
        page.click("send.submit")
        page.send("send.ask_undo")
        page.click("send.undo")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_files_of_a_german_page_are_german(
    sandbox: oo.Sandbox, page: GermanPage, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    files: dict[str, bytes] = {}
    monkeypatch.setattr(page.builder, "send", lambda content, buffers: files.update({content["name"]: buffers[0]}))
    table = pairs([1003, 1004, 1003, 1005], [5001, 5002, 5001, "#NV"]).assign(Zeile="mine")
    page.use(table, "buyer")
    page.click("check.check")
    page.click("check.download", ending=ending)
    sandbox.set_rights("address", [5002], writable=False)
    page.confirm_and_submit(check=False)
    page.click("check.download", ending=ending)
    page.click("send.report", ending=ending)

    assert sorted(files) == [f"onoffice-Lauf-1.{ending}", f"pruefung.{ending}"]
    for content in files.values():
        saved = oo.read_table(content)
        # Ids are numbers, whatever else there is are words.
        told = [*map(str, saved.columns[3:]), *map(str, saved.iloc[:, 3:].to_numpy().ravel())]
        for text in told:
            bare = QUOTED.sub("", text)
            assert not ENGLISH.search(bare), text
            assert not PYTHON.search(bare), text

    report = oo.read_table(files[f"onoffice-Lauf-1.{ending}"])
    assert report.columns.tolist() == [
        *("Immobilie", "Adresse", "Zeile (Ihre)", "Zeile"),
        *("Immobilie: Datensatznummer", "Adresse: Datensatznummer", "Ergebnis", "Fehlercode", "Meldung"),
        "Was zu tun ist",
    ]
    assert report["Ergebnis"].tolist() == ["verknüpft", "fehlgeschlagen", "verknüpft", "nicht gesendet"]
    assert report["Meldung"].tolist()[2] == "dasselbe Paar wie Zeile 1"
    # The report itself is still Python's.
    assert page.builder.report is not None
    assert page.builder.report.frame["outcome"].tolist() == ["linked", "failed", "linked", "skipped"]


def test_the_report_of_a_resumed_run_tells_what_was_mended(sandbox: oo.Sandbox, page: GermanPage) -> None:
    page.use(pairs([1003, 1004], ["5.001", 5002]), "buyer")
    page.click("check.check")
    page.click("check.take", row=1, side="child", repair=0)
    page.click("check.check")
    assert page.builder.plan is not None
    run = journal_for(page.builder.plan.account).open_run(page.builder.plan)

    # The kernel has died before anything was sent; a page of the day after goes on.
    restarted = GermanPage(sandbox)
    restarted.click("runs.resume", run=run)
    assert {(1003, 5001), (1004, 5002)} <= sandbox.links("buyer")
    files: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restarted.builder, "send", lambda content, buffers: files.append(buffers[0]))
        restarted.click("send.report", ending="xlsx")
    (content,) = files
    assert oo.read_table(content)["von Ihnen geklärt"].tolist() == ["Adresse: 5001 nehmen", None]


def test_an_account_that_may_not_do_much() -> None:
    sandbox = oo.Sandbox()
    page = GermanPage(sandbox)
    sandbox.set_rights("estate", [1003], writable=False)
    page.use(pairs([1003, 1004], [5001, 5002]), "buyer")
    page.click("check.check")
    page.click("send.submit")
