"""Whatever is given to the public functions by mistake, the answer is one of our errors that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import onoffice_nb as oo

# As a notebook sees them: without types.
do: Any = oo


@pytest.fixture(scope="module")
def crm() -> Any:
    return oo.Sandbox().client()


@pytest.fixture(scope="module")
def plan(crm: oo.Client) -> Any:
    return oo.plan(crm, "buyer", oo.read_pairs(parent=[1001], child=[5001]))


@pytest.mark.parametrize(
    ("make", "advice"),
    [
        (lambda: do.Client("token", "secret", "https://example.com"), "oo.connect(token=…, secret=…)"),
        (lambda: do.AsyncClient("token", "secret", "https://example.com"), "sandbox.client()"),
        (lambda: do.RelationBuilder(oo.Sandbox()), "sandbox.client()"),
        (lambda: do.RelationBuilder(oo.Sandbox().client(), frames=[pd.DataFrame()]), "{'buyers': buyers}"),
        (lambda: do.read_pairs("export.csv", parent="a", child="b"), "oo.read_table(path)"),
        (lambda: do.read_pairs(pd.DataFrame(), parent="a", child="b"), "Its columns: none."),
        (lambda: do.read_table("no such.csv"), f"looked for in {Path.cwd()}"),
        (lambda: do.read_table(None), "Name a CSV or Excel file"),
        (lambda: do.Sandbox(3), "cannot be opened as a sandbox's database"),
        (lambda: do.Sandbox(faults={1: "late"}), "make one with oo.Faults(…)"),
        (lambda: do.Sandbox(behaviour="strict"), "make one with oo.Behaviour(…)"),
        (lambda: do.Sandbox(latency="slow"), "seconds for latency, 0 or more"),
        (lambda: do.Sandbox(latency=float("nan")), "seconds for latency, 0 or more"),
        (lambda: do.Sandbox().link("buyer", [1001]), "[(1001, 5001), (1002, 5002)]"),
        (lambda: do.Sandbox().serve(port="http"), "Choose another one, or 0"),
        (lambda: do.Faults("late"), "{1: 'late'}"),
        (lambda: do.Faults({"first": "late"}), "{1: 'late'}"),
    ],
)
def test_made_from_the_wrong_things(make: Callable[[], object], advice: str) -> None:
    with pytest.raises(oo.OnOfficeError) as caught:
        make()
    assert advice in str(caught.value)


@pytest.mark.parametrize("calls", [None, 3, "read", [3], [("read", "estate", {})], {"read": 1}], ids=repr)
def test_a_batch_of_something_else(crm: Any, calls: object) -> None:
    with pytest.raises(oo.InputError, match=r"Expected a list of oo.Call, got .*: write "):
        crm.batch(calls)


@pytest.mark.parametrize("one", ["1001", 1001.0, None, [1001], True, 0])
def test_what_is_no_id_is_told_what_one_is(crm: Any, one: object) -> None:
    with pytest.raises(oo.InputError, match="record ids, whole numbers from 1 on, got"):
        crm.delete("buyer", one, 5001)


@pytest.mark.parametrize("request_number", ["1", None, 0, 2, 1.0, True])
def test_a_request_that_a_plan_does_not_have(plan: Any, request_number: object) -> None:
    with pytest.raises(oo.PlanError, match="this plan has 1 request"):
        plan.to_json(request_number)


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({"connections": "2"}, "from 1 to 4, got '2'"),
        ({"connections": 2.5}, "from 1 to 4, got 2.5"),
        ({"connections": 5}, "from 1 to 4, got 5"),
        ({"progress": "bar"}, "or a function that is told, got 'bar'"),
    ],
)
def test_a_way_that_there_is_not(crm: Any, plan: Any, options: Any, advice: str) -> None:
    for work, what in ((do.submit, plan), (do.retry, 1), (do.resume, 1), (do.undo, 1)):
        with pytest.raises(oo.InputError, match=advice):
            work(crm, what, **options)


@pytest.mark.parametrize("path", [3, None, "nowhere/file", ".", "\0"], ids=repr)
def test_files_that_cannot_be_written(crm: Any, plan: Any, path: Any, tmp_path: Path) -> None:
    place = tmp_path / path if isinstance(path, str) else path
    report = oo.submit(crm, oo.plan(crm, "buyer", oo.read_pairs(parent=[], child=[])), progress=False)
    for write in (plan.save, report.to_csv):
        with pytest.raises(oo.InputError, match=r"cannot be written: .* Name a file in a folder that exists"):
            write(place)


def test_half_a_surrogate_does_not_keep_a_report_from_its_file(crm: Any, tmp_path: Path) -> None:
    # Where pandas keeps texts in Arrow, such a text can only be an object.
    frame = pd.DataFrame({"estate": ["\ud800"], "address": [5001], "name": ["\ud800"]}, dtype=object)
    plan = oo.plan(crm, "buyer", oo.read_pairs(frame, parent="estate", child="address"))
    assert oo.Plan.load(plan.save(tmp_path / "plan.json")).pairs.reasons == plan.pairs.reasons
    written = oo.submit(crm, plan, progress=False).to_csv(tmp_path / "rows.csv", names=True)
    assert "\\ud800" in written.read_text(encoding="utf-8-sig")


def test_runs_are_asked_for_with_a_client_and_a_plan(crm: Any, plan: Any) -> None:
    for wrong in (None, oo.Sandbox(), plan):
        for work in (do.submit, do.retry, do.resume, do.undo):
            with pytest.raises(oo.InputError, match="Expected a client"):
                work(wrong, plan)
    for wrong in (None, plan.pairs, "plan.json"):
        with pytest.raises(oo.InputError, match=r"Expected a Plan, got \w+: .* oo\.plan"):
            do.submit(crm, wrong)
    for wrong in ("x", -1, True, None):
        with pytest.raises(oo.InputError, match="seconds"):
            do.submit(crm, plan, max_age=wrong)
