"""The page of facts says what the code says, and every fact is tested or named as out of reach."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from onoffice_nb.sandbox import Behaviour, facts
from onoffice_nb.sandbox.facts import Fact

TESTS = Path(__file__).parent


def named_tests(module: str) -> set[str]:
    """The tests of one file, by name."""
    tree = ast.parse((TESTS / f"{module}.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_page_is_up_to_date() -> None:
    page = Path(facts.__file__).with_name("FACTS.md").read_text(encoding="utf-8")
    assert page == facts.render(), "Renew it: python -m onoffice_nb.sandbox.facts > onoffice_nb/sandbox/FACTS.md"


@pytest.mark.parametrize("fact", facts.facts(), ids=lambda fact: fact.fact[:60])
def test_every_fact_is_tested_or_out_of_reach(fact: Fact) -> None:
    assert fact.tests or fact.proof.startswith("out of reach: ")
    for test in fact.tests:
        module, name = test.split("::")
        assert name in named_tests(module), test


def test_every_switch_has_its_fact_and_its_test() -> None:
    for switch in fields(Behaviour):
        assert switch.metadata["fact"].endswith(".")
        assert f"test_{switch.name}" in named_tests("test_behaviour")


def test_no_fact_twice() -> None:
    statements = [fact.fact for fact in facts.facts()]
    assert len(set(statements)) == len(statements)
