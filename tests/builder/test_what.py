"""The first part of the page: what is chosen, by click or by code, and what the page offers."""

from __future__ import annotations

from typing import Any

import pytest

import onoffice_nb as oo
from onoffice_nb.builder.steps.what import WhatStep
from onoffice_nb.builder.task import Task
from onoffice_nb.builder.wording import Language, Words

GERMAN = Words("de")


class Changes:
    """Counts how often the step says that something has changed."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def step(changes: Changes) -> WhatStep:
    return WhatStep(changes)


def hits(step: WhatStep, query: str, language: Language = "de") -> list[str]:
    step.actions["search"](query=query)
    view: dict[str, Any] = step.view(Words(language))
    return [hit["name"] for hit in view["hits"]]


def test_nothing_is_chosen_at_first_and_the_usual_types_are_offered(step: WhatStep) -> None:
    view = step.view(GERMAN)
    assert view["relation"] is None
    assert view["is_searching"]
    assert {"Käufer", "Eigentümer", "Termin-Teilnehmer"} <= {hit["name"] for hit in view["hits"]}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Verkäufer", "Eigentümer"),
        ("Interessenten", "Interessent"),
        ("Kaeufer", "Käufer"),
        ("Besichtigung", "Termin zu Immobilie"),
        ("Suchprofil", "Suchkriterien der Adresse"),
    ],
)
def test_a_word_of_the_trade_gives_a_hit_to_click(step: WhatStep, query: str, name: str) -> None:
    assert hits(step, query)[0] == name


def test_a_hit_that_is_clicked_is_chosen(step: WhatStep, changes: Changes) -> None:
    hits(step, "Verkäufer")
    step.actions["choose"](name="estate:address:owner")
    assert step.relation == oo.relation("owner")
    assert changes.count == 1
    assert not step.view(GERMAN)["is_searching"]


def test_enter_takes_the_only_hit_and_never_one_of_several(step: WhatStep) -> None:
    step.actions["take_only_hit"](query="estate address")
    assert step.relation is None
    step.actions["take_only_hit"](query="")
    assert step.relation is None
    step.actions["take_only_hit"](query="Verkäufer")
    assert step.relation == oo.relation("owner")


def test_the_chosen_one_stays_while_another_is_looked_for(step: WhatStep, changes: Changes) -> None:
    step.choose("buyer")
    step.actions["reopen"]()
    step.actions["search"](query="xyzzy")
    assert step.relation == oo.relation("buyer")
    assert changes.count == 1
    assert step.view(GERMAN)["hits"] == []


@pytest.mark.parametrize("task", [*Task])
def test_each_task_has_its_sentence_and_removals_are_marked(step: WhatStep, task: Task) -> None:
    sentences = set()
    for language in ("en", "de"):
        step.choose_task(task)
        view = step.view(Words(language))
        sentences.add(view["sentence"])
        kinds = {offered["value"]: offered["kind"] for offered in view["tasks"]}
        assert kinds[Task.REMOVE] == kinds[Task.REPLACE] == "danger"
    assert len(sentences) == 2


def test_a_status_is_offered_for_participants_only(step: WhatStep) -> None:
    step.choose("calendar:address")
    step.choose_task("status")
    step.choose("buyer")
    assert step.task is Task.LINK
    assert "status" not in [offered["value"] for offered in step.view(GERMAN)["tasks"]]
    with pytest.raises(oo.InputError, match="calendar:address"):
        step.choose_task("status")


@pytest.mark.parametrize("task", ["destroy", "", None])
def test_an_unknown_task_is_refused(step: WhatStep, task: Any) -> None:
    with pytest.raises(oo.InputError, match="link"):
        step.choose_task(task)
    assert step.task is Task.LINK


def test_what_onoffice_does_not_document_is_said(step: WhatStep) -> None:
    step.choose("calendar:address")
    assert step.view(Words("en"))["relation"]["doubts"] == [
        "Note: the only kind of link that has a confirmation status."
    ]
    step.choose("estate:user:officer")
    assert any("does not document" in doubt for doubt in step.view(Words("en"))["relation"]["doubts"])


def test_technical_words_are_folded_away(step: WhatStep) -> None:
    step.choose("buyer")
    view = step.view(Words("en"))
    assert view["relation"]["urn"] == oo.relation("buyer").urn
    surface = [view["sentence"], view["relation"]["name"], view["relation"]["sides"], *view["relation"]["doubts"]]
    assert not any(word in text for text in surface for word in ("urn", "parent", "child", "relationinfo"))
