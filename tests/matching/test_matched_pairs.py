"""Pairs whose ids were looked up: where each id came from is kept, and what was not sure can be mended."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import onoffice_nb as oo
from onoffice_nb.builder.report_table import report_table
from onoffice_nb.builder.wording import Words
from onoffice_nb.intake.provenance import FILE_ROW

BY_NUMBER = {"objektnr_extern": "Objekt-Nr (extern)"}
BY_PERSON = {"full name": "Käufer", "Email": "Mail"}


def export() -> pd.DataFrame:
    """Four sales: found; a slip in the name; an estate that is not there; a row with an id already."""
    return pd.DataFrame(
        {
            "Objekt-Nr (extern)": ["A-1001", "a-1002 ", "A-9999", "A-1003"],
            "Käufer": ["Brandt, Jürgen", "Jürgn Brand", "Brandt, Jürgen", "Jürgen Brandt"],
            "Mail": ["kunde5001@mail.example"] * 4,
        },
        index=pd.Index([4, 5, 6, 9], name=FILE_ROW),
    )


def links(pairs: oo.Pairs) -> list[tuple[int, int]]:
    return list(zip(pairs.parents.tolist(), pairs.children.tolist(), strict=True))


@pytest.fixture
def crm() -> oo.Client:
    return oo.Sandbox().client()


def matched(crm: oo.Client, frame: Any = None) -> oo.Pairs:
    return oo.match_pairs(crm, "buyer", export() if frame is None else frame, parent=BY_NUMBER, child=BY_PERSON)


def test_sure_rows_are_pairs_and_the_others_rejects_with_candidates(crm: oo.Client) -> None:
    pairs = matched(crm)
    assert links(pairs) == [(1001, 5001), (1003, 5001)]
    rejects = pairs.rejects
    assert rejects[["row", "kind"]].to_numpy().tolist() == [[5, "no record found"], [6, "no record found"]]
    first = rejects["repairs"][0][0]
    assert (first.values, first.pattern) == ((5001,), "same e-mail · similar name")
    assert "Jürgen Brandt" in first.label
    assert "5001" in rejects["suggestion"][0]
    assert "Brandt, " not in rejects["suggestion"][0], "names of records do not get into plans and journals"


@pytest.mark.parametrize("decision", [{5: 5001}, {(5, "child"): 5001}, {"same e-mail · similar name": "take"}])
def test_candidates_are_taken_by_the_user_alone(crm: oo.Client, decision: Any) -> None:
    pairs = matched(crm)
    mended = pairs.mended(decision)
    assert links(mended) == [(1001, 5001), (1002, 5001), (1003, 5001)]
    assert links(pairs) == [(1001, 5001), (1003, 5001)]
    assert mended.mends["row"].tolist() == [5]


def test_one_of_several_candidates_is_never_taken_for_all() -> None:
    with oo.Sandbox() as box:
        people = box.client().read("address", ["Ort"])
        town = people["Ort"].value_counts().index[0]
        pairs = oo.match_pairs(
            box.client(), "buyer", pd.DataFrame({"id": [1001], "Ort": [town]}), parent="id", child={"Ort": "Ort"}
        )
    assert len(pairs.rejects["repairs"][0]) > 1
    with pytest.raises(oo.PairsError, match="row 1"):
        pairs.mended({pairs.rejects["kind"][0]: "take"})
    with pytest.raises(oo.PairsError, match="no such reject"):
        pairs.mended({pairs.rejects["repairs"][0][0].pattern: "take"})


def test_where_each_id_came_from_is_kept_from_pairs_to_report(crm: oo.Client, tmp_path: Path) -> None:
    pairs = matched(crm).mended({5: 5001})
    assert pairs.lookups.to_numpy().tolist() == [
        [4, "parent", 1001, "object number"],
        [5, "parent", 1002, "object number"],
        [9, "parent", 1003, "object number"],
        [4, "child", 5001, "e-mail and name"],
        [6, "child", 5001, "e-mail and name"],
        [9, "child", 5001, "e-mail and name"],
    ]
    plan = oo.plan(crm, "buyer", pairs)
    assert "parent: 3 ids looked up in the CRM: 3 by object number" in str(plan)
    loaded = oo.Plan.load(plan.save(tmp_path / "plan.json"))
    assert "3 by e-mail and name" in str(loaded)
    assert "Brandt, Jürgen" not in (tmp_path / "plan.json").read_text(encoding="utf-8").replace("\\u00fc", "ü")

    frame = oo.submit(crm, plan, progress=False).frame
    assert frame["row"].tolist() == [4, 5, 6, 9]
    assert frame["parent found by"].tolist() == ["object number", "object number", "", "object number"]
    assert frame["child found by"].tolist() == ["e-mail and name", "", "e-mail and name", "e-mail and name"]
    assert "take 5001" in frame["mended by you"][5]
    assert frame["outcome"].tolist() == ["linked", "linked", "skipped", "linked"]


def test_a_run_that_goes_on_later_still_tells_where_its_ids_came_from(crm: oo.Client, tmp_path: Path) -> None:
    plan = oo.plan(crm, "buyer", matched(crm).mended({5: 5001}))
    path = tmp_path / "runs.sqlite"
    with closing(oo.Journal(path)) as journal:
        first = oo.submit(crm, plan, progress=lambda now: oo.stop(), journal=journal)
    with closing(oo.Journal(path)) as journal:
        for go_on in (oo.resume, oo.retry):
            report = go_on(crm, first.run, progress=False, journal=journal)
            told = report.frame[["row", "parent found by", "child found by", "mended by you"]]
            assert told.equals(first.frame[told.columns].reset_index(drop=True))
            assert told.iloc[1].tolist()[1:3] == ["object number", ""]
            assert "take 5001" in told.iloc[1].iloc[3]
            german = report_table(report, Words("de"))
            assert german["Immobilie gefunden über"].tolist() == ["Objektnummer", "Objektnummer", "", "Objektnummer"]
            assert "5001 nehmen" in german["von Ihnen geklärt"][1]
    # What stood in the cells stays out of the journal.
    assert b"Brandt" not in path.read_bytes()


def test_a_side_may_be_a_column_of_ids(crm: oo.Client) -> None:
    frame = export().assign(Adresse=[5001, 5002, 5003, 5004])
    pairs = oo.match_pairs(crm, "buyer", frame, parent=BY_NUMBER, child="Adresse")
    assert links(pairs) == [(1001, 5001), (1002, 5002), (1003, 5004)]
    swapped = pairs.swapped()
    assert set(swapped.lookups["side"]) == {"child"}
    assert links(swapped.mended({6: 1009})) == [(5001, 1001), (5002, 1002), (5003, 1009), (5004, 1003)]


@pytest.mark.parametrize(
    "convert",
    [
        pl.from_pandas,
        lambda frame: pl.from_pandas(frame).lazy(),
        lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
        lambda frame: duckdb.from_df(frame),
    ],
    ids=["polars", "lazy polars", "arrow", "duckdb"],
)
def test_frames_of_other_libraries(crm: oo.Client, convert: Any) -> None:
    pairs = matched(crm, convert(export()))
    assert links(pairs) == [(1001, 5001), (1003, 5001)]
    assert pairs.rejects["row"].tolist() == [2, 3]


def test_a_frame_that_was_changed_after_matching_is_not_planned(crm: oo.Client) -> None:
    frame = export()
    pairs = matched(crm, frame)
    frame.loc[4, "Mail"] = "somebody@else.example"
    with pytest.raises(oo.PlanError, match="Mail was changed"):
        oo.submit(crm, oo.plan(crm, "buyer", pairs), progress=False)


def test_matches_of_another_frame_are_refused(crm: oo.Client) -> None:
    estates = oo.match(crm, "estate", export(), by=BY_NUMBER)
    with pytest.raises(oo.PairsError, match="4 rows"):
        oo.read_pairs(parent=estates, child=[5001, 5002, 5003])
    with pytest.raises(oo.PairsError, match="labels"):
        oo.read_pairs(export().reset_index(drop=True).assign(a=5001), parent=estates, child="a")


def test_modules_that_are_not_looked_up_are_named(crm: oo.Client) -> None:
    with pytest.raises(oo.InputError, match=r"parent.*calendar.*parent=…"):
        oo.match_pairs(crm, "calendar:address", export(), parent={"uuid": "Mail"}, child="Mail")
    with pytest.raises(oo.PairsError, match="Objekt-Nr"):
        oo.match_pairs(crm, "buyer", export(), parent={"objektnr_extern": "Nummer"}, child="Mail")


def test_object_numbers_among_ids_are_looked_up_on_demand(crm: oo.Client) -> None:
    pairs = oo.read_pairs(parent=["A-1001", 1002, "A-9999"], child=[5001, "KD-5002", 5003])
    decisions = oo.look_up_rejects(crm, "buyer", pairs)
    assert repr(decisions) == "{(1, 'parent'): Repair.take(1001)}"
    mended = pairs.mended(decisions)
    assert links(mended) == [(1001, 5001)]
    assert "same object number" in mended.mend_lines[0]
    assert mended.numbers_to_look_up == {(2, "child"): "KD-5002", (3, "parent"): "A-9999"}


def test_every_parent_with_every_child_is_mended_too(crm: oo.Client) -> None:
    pairs = oo.cross(["1001", "001002"], oo.read_ids(["5001", "005002", "5003/5004"]).mended({2: 5002}))
    assert links(pairs) == [(1001, 5001), (1001, 5002)]
    mended = pairs.mended({"leading zeros": "take", (3, "child"): "split"})
    assert len(mended) == 2 * 4
    assert mended.mends["row"].tolist() == [2, 2, 3]
    assert "5003 and 5004" in str(oo.plan(crm, "buyer", mended))
    with pytest.raises(oo.PairsError, match="no such reject"):
        pairs.mended({9: 1})


def test_pairs_of_a_saved_plan_say_why_they_are_not_mended(crm: oo.Client, tmp_path: Path) -> None:
    plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001, "001002"], child=[5001, 5002]))
    loaded = oo.Plan.load(plan.save(tmp_path / "plan.json"))
    with pytest.raises(oo.PairsError, match=r"read_pairs"):
        loaded.pairs.mended({2: 1002})
