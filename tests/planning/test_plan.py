"""Plans: values that show what will be sent, and files that refuse to be changed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

import onoffice_nb as oo
from onoffice_nb.intake.repairs import Repair
from onoffice_nb.model import Verb
from onoffice_nb.planning.actions import Items, actions_from_groups, group
from onoffice_nb.sandbox import Sandbox
from tests.samples import SAMPLES

BUYER = oo.relation("buyer")

ids = st.integers(min_value=1, max_value=12)
some_pairs = st.sets(st.tuples(ids, ids), min_size=1, max_size=60).map(list)


def items_of(verb: Verb, pairs: list[tuple[int, int]]) -> Items:
    columns = np.array(pairs, dtype=np.int64)
    return Items.of(verb, columns[:, 0], columns[:, 1])


@given(some_pairs)
def test_a_plan_expanded_is_its_input(pairs: list[tuple[int, int]]) -> None:
    actions = group(BUYER, items_of(Verb.CREATE, pairs), np.arange(len(pairs)))
    expanded = [(parent, child) for action in actions for parent in action.parents for child in action.children]
    assert sorted(expanded) == sorted(pairs)
    assert all(min(len(action.parents), len(action.children)) == 1 for action in actions)
    for n, action in enumerate(actions):
        assert sorted(pairs[item] for item in actions.members(n)) == sorted(
            (parent, child) for parent in action.parents for child in action.children
        )


@given(some_pairs, st.randoms())
def test_the_order_of_the_rows_does_not_matter(pairs: list[tuple[int, int]], random: Random) -> None:
    mixed = sorted(pairs, key=lambda _: random.random())
    plans = [list(group(BUYER, items_of(Verb.CREATE, part), np.arange(len(part)))) for part in (pairs, mixed)]
    assert plans[0] == plans[1]


@given(some_pairs)
def test_removals_are_an_action_each(pairs: list[tuple[int, int]]) -> None:
    actions = group(BUYER, items_of(Verb.DELETE, pairs), np.arange(len(pairs)))
    assert [action.parameters["parentid"] for action in actions] == [parent for parent, _ in sorted(pairs)]
    assert all(isinstance(action.parameters["childid"], int) for action in actions)


@given(st.dictionaries(st.tuples(ids, ids), st.sampled_from(["bestätigt", "gesendet", None]), min_size=1))
def test_infos_never_share_an_action(wanted: dict[tuple[int, int], str | None]) -> None:
    infos = (oo.RelationInfo("bestätigt"), oo.RelationInfo("gesendet"))
    columns = np.array(list(wanted), dtype=np.int64)
    codes = np.array([{"bestätigt": 0, "gesendet": 1, None: -1}[info] for info in wanted.values()], dtype=np.int16)
    items = Items.of(Verb.CREATE, columns[:, 0], columns[:, 1], codes, infos)
    for action in group(oo.relation("calendar:address"), items, np.arange(len(items))):
        said = {wanted[parent, child] for parent in action.parents for child in action.children}
        assert said == {action.info.confirmation if action.info else None}


def test_slices_and_parts() -> None:
    items = items_of(Verb.CREATE, [(1, n) for n in range(1, 120)] + [(n, n) for n in range(2, 120)])
    actions = group(BUYER, items, np.arange(len(items)))
    assert sum(len(request) for request in actions.requests) == len(actions)
    assert all(len(request) <= 50 for request in actions.requests)
    assert list(actions[3:7]) == [actions[n] for n in range(3, 7)]
    assert actions[-1] == list(actions)[-1]
    assert len(actions[5:2]) == 0
    with pytest.raises(IndexError):
        actions[len(actions)]
    part = actions_from_groups(BUYER, items, [np.array([0, 1]), np.array([5])])
    assert [len(action.children) for action in part] == [2, 1]


def test_as_few_actions_as_promised() -> None:
    pairs = oo.read_pairs(pd.read_csv(SAMPLES / "interessenten_pairs.csv"), parent="estate_id", child="address_id")
    plan = oo.plan(Sandbox().client(), "interested", pairs, diff=False)
    assert len(plan.actions) == 118
    assert len(plan.requests) == 3


@pytest.fixture
def plan() -> oo.Plan:
    frame = pd.DataFrame({"name": ["geheim"] * 4, "e": ["1001", "1002", "#NV", "1001"], "a": [5001, 5001, 5002, 5001]})
    crm = Sandbox().client()
    return oo.plan(crm, "buyer", oo.read_pairs(frame, parent="e", child="a"))


def test_what_it_shows(plan: oo.Plan) -> None:
    text = str(plan)
    assert text.startswith("SANDBOX · Muster Immobilien\nestate (parent) → address (child), the buyer\n")
    assert "Create 2 links in 1 action, 1 request" in text
    assert "2 pairs · 1 duplicate · 1 reject" in text
    assert "SANDBOX" in repr(plan)
    assert "SANDBOX" in plan._repr_html_()


def test_infos_that_it_leaves_as_they_are() -> None:
    box = Sandbox()
    box.link("calendar:address", [(2909, 10821)])
    plan = oo.plan(
        box.client(), "calendar:address", oo.cross([2909], [10821, 10823], info=oo.RelationInfo("bestätigt"))
    )
    assert "1 linked already" in str(plan)
    assert "stay as they are: oo.plan_info(…)" in str(plan)
    new = oo.plan(box.client(), "calendar:address", oo.cross([2909], [10823], info=oo.RelationInfo("bestätigt")))
    assert "stay as they are" not in str(new)


def test_replacing_warns_of_rows_that_nobody_could_read() -> None:
    box = Sandbox()
    box.link("buyer", [(1001, 5001), (1001, 5002)])
    crm = box.client()
    unread, read = oo.read_pairs(parent=[1001, 1001], child=["5OO1", 5002]), oo.read_pairs(parent=[1001], child=[5002])
    warning = "1 row could not be read as pairs"
    assert warning in str(oo.plan(crm, "buyer", unread, replace=True))
    assert warning in oo.plan(crm, "buyer", unread, replace=True)._repr_html_()
    assert warning not in str(oo.plan(crm, "buyer", read, replace=True))
    assert warning not in str(oo.plan(crm, "buyer", unread))
    box.unlink("buyer", [(1001, 5001)])
    assert warning not in str(oo.plan(crm, "buyer", unread, replace=True)), "there is nothing that it would remove"


def test_the_json_is_what_will_be_sent(plan: oo.Plan) -> None:
    body = json.loads(plan.to_json())
    (action,) = body["request"]["actions"]
    assert action["parameters"] == {"relationtype": BUYER.urn, "parentid": [1001, 1002], "childid": [5001]}
    assert body["token"] == action["hmac"] == "••••••"
    for n in (0, 2):
        with pytest.raises(oo.PlanError, match=f"from 1 to 1, got {n}: this plan has 1 request"):
            plan.to_json(n)


def test_nothing_to_send_is_a_request_without_actions() -> None:
    box = Sandbox()
    box.link("buyer", [(1001, 5001)])
    plan = oo.plan(box.client(), "buyer", oo.read_pairs(parent=[1001], child=[5001]))
    assert json.loads(plan.to_json())["request"]["actions"] == []


def test_saved_and_loaded(plan: oo.Plan, tmp_path: Path) -> None:
    path = plan.save(tmp_path / "plan.json")
    loaded = oo.Plan.load(path)
    assert loaded.digest == plan.digest
    assert loaded.submission_key == plan.submission_key
    assert str(loaded) == str(plan)
    assert loaded.to_json() == plan.to_json()
    assert loaded.pairs.rows.tolist() == plan.pairs.rows.tolist()
    assert loaded.pairs.reasons == plan.pairs.reasons
    assert "geheim" not in path.read_text(encoding="utf-8"), "the other columns stay at home"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[5001, 5001]", "[5001, 5009]"),
        ("[1001, 1002]", "[1002, 1001]"),
        (":buyer", ":owner"),
        ('"verb": "create"', '"verb": "delete"'),
        ('"before": [0, 0]', '"before": [0, 1]'),
        ('"rows": [0, 1, -1, 0]', '"rows": [1, 1, -1, 0]'),
    ],
)
def test_a_file_that_was_changed_is_refused(plan: oo.Plan, tmp_path: Path, old: str, new: str) -> None:
    path = plan.save(tmp_path / "plan.json")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(oo.PlanError, match="changed after it was saved"):
        oo.Plan.load(path)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_rubbish_is_no_plan(tmp_path_factory: pytest.TempPathFactory, rubbish: object) -> None:
    path = tmp_path_factory.getbasetemp() / "rubbish.json"
    path.write_text(json.dumps(rubbish), encoding="utf-8")
    with pytest.raises(oo.PlanError):
        oo.Plan.load(path)


def test_deep_rubbish_is_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(oo.PlanError, match="cannot be read"):
        oo.Plan.load(path)


def test_a_custom_relation_type_comes_back(tmp_path: Path) -> None:
    kind = oo.RelationType.custom(BUYER.urn.replace("buyer", "heir"), parent="estate", child="address")
    plan = oo.plan(Sandbox().client(), BUYER, oo.read_pairs(parent=[1001], child=[5001]))
    object.__setattr__(plan, "relation", kind)
    assert oo.Plan.load(plan.save(tmp_path / "plan.json")).relation == kind


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(oo.PlanError, match="cannot be read"):
        oo.Plan.load(tmp_path / "none.json")


@pytest.mark.parametrize("wrong", [None, [(1001, 5001)], pd.DataFrame({"e": [1001], "a": [5001]}), "1001"], ids=type)
@pytest.mark.parametrize("make", [oo.plan, oo.plan_removal], ids=lambda make: make.__name__)
def test_what_is_no_pairs_is_told_how_to_become_some(make: Any, wrong: Any) -> None:
    with pytest.raises(oo.InputError, match=rf"got {type(wrong).__name__}: .* oo\.read_pairs"):
        make(Sandbox().client(), "buyer", wrong)
    with pytest.raises(oo.InputError, match=rf"got {type(wrong).__name__}: "):
        oo.plan_info(Sandbox().client(), "calendar:address", wrong)


@pytest.mark.parametrize("wrong", [None, "buyer", 1, oo, Sandbox(), Sandbox().async_client()], ids=type)
def test_what_is_no_client_is_told_where_to_get_one(wrong: Any) -> None:
    pairs = oo.read_pairs(parent=[1001], child=[5001])
    for make in (oo.plan, oo.plan_removal):
        with pytest.raises(oo.InputError, match=rf"client .* got {type(wrong).__name__}: crm = oo\.connect"):
            make(wrong, "buyer", pairs)
    if wrong is not None:
        with pytest.raises(oo.InputError, match=r"oo\.connect"):
            oo.runs(wrong)


def test_what_cannot_be_planned_together_says_what_to_do() -> None:
    crm = oo.Sandbox().client()
    pairs = oo.read_pairs(parent=[1001], child=[5001])
    feedback = oo.cross([2909], [10821], info=oo.RelationInfo(feedback="aktiv"))
    with pytest.raises(oo.InputError, match=r"use oo\.plan_info"):
        oo.plan(crm, "calendar:address", feedback)
    with pytest.raises(oo.InputError, match="leave diff=False out"):
        oo.plan(crm, "buyer", pairs, replace=True, diff=False)
    with pytest.raises(oo.InputError, match="without a step, got a step of 2"):
        oo.plan(crm, "buyer", pairs).actions[::2]


def test_a_plan_that_finds_every_status_as_it_should_be_says_so(tmp_path: Path) -> None:
    box = oo.Sandbox()
    crm = box.client()
    wanted = oo.cross([2909], [10821, 10823], info=oo.RelationInfo("gesendet"))
    oo.submit(crm, oo.plan(crm, "calendar:address", wanted), progress=False)
    assert "all 2 pairs are so already. Nothing to send." in repr(oo.plan_info(crm, "calendar:address", wanted))


def test_a_file_of_another_version_is_refused(plan: oo.Plan, tmp_path: Path) -> None:
    file = plan.save(tmp_path / "plan.json")
    content = json.loads(file.read_text(encoding="utf-8")) | {"format": "onoffice_nb plan 1"}
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(oo.PlanError, match=r"another: make the plan anew with oo\.plan"):
        oo.Plan.load(file)


def test_the_same_ids_on_both_sides_are_a_hint_where_two_modules_are_linked() -> None:
    crm = oo.Sandbox().client()
    same = oo.read_pairs(parent=[1001, 1002, "x"], child=[1001, 1002, 1003])
    assert "the same ids in every row" in str(oo.plan(crm, "buyer", same))
    assert "the same ids in every row" not in str(oo.plan(crm, "buyer", oo.read_pairs(parent=[1, 2], child=[1, 3])))
    (within,) = [relation for relation in oo.relations() if relation.suffix == "address:contact:address"]
    assert "the same ids in every row" not in str(oo.plan(crm, within, same))


def test_what_was_mended_is_saved_with_the_plan(tmp_path: Path) -> None:
    pairs = oo.read_pairs(parent=["1001", "1002"], child=["5001/5002", "KD-1"]).mended({1: "split"})
    plan = oo.plan(oo.Sandbox().client(), "buyer", pairs)
    loaded = oo.Plan.load(plan.save(tmp_path / "plan.json"))
    assert "mended by you: row 1, child, '5001/5002': split into 5001 and 5002" in str(loaded)
    assert str(loaded) == str(plan)
    assert loaded.pairs.row_numbers.tolist() == [1, 1, 2]
    assert loaded.pairs._repr_html_()
    with pytest.raises(oo.PairsError, match="saved plan"):
        loaded.pairs.mended({2: 5})


def test_rejects_are_saved_with_all_their_columns(tmp_path: Path) -> None:
    pairs = oo.read_pairs(parent=["1001", "1002", "x", "01003"], child=["5001/5002", "KD-1", "#NV", "5001"])
    plan = oo.plan(oo.Sandbox().client(), "buyer", pairs)
    loaded = oo.Plan.load(plan.save(tmp_path / "plan.json")).pairs.rejects
    pd.testing.assert_frame_equal(loaded, pairs.rejects)
    assert loaded["repairs"].tolist() == pairs.rejects["repairs"].tolist()
    assert Repair.split(5001, 5002) in loaded["repairs"][0]


def test_a_plan_without_rejects_keeps_their_columns(tmp_path: Path) -> None:
    plan = oo.plan(oo.Sandbox().client(), "buyer", oo.read_pairs(parent=[1001], child=[5001]))
    loaded = oo.Plan.load(plan.save(tmp_path / "plan.json")).pairs.rejects
    pd.testing.assert_frame_equal(loaded, plan.pairs.rejects)
