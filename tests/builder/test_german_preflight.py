"""Each rule of the preflight, triggered by the faults of its own tests, says in German what it has found.

The scenarios are those of `tests.planning.test_preflight`, played once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from onoffice_nb.planning import preflight
from onoffice_nb.planning.findings import Finding
from onoffice_nb.planning.preflight import RULE_NAMES
from tests.builder.test_sentences import assert_german
from tests.planning.test_preflight import (  # noqa: F401  # pytest collects them here, every finding looked at
    TestBaseAndUnits,
    TestOverlappingIds,
    overlapping,
    test_a_row_the_other_way_round,
    test_all_rows_the_other_way_round_are_offered_to_be_swapped_back,
    test_an_appointment_has_one_estate,
    test_an_id_of_the_other_side,
    test_archived_and_sold_estates_are_a_warning,
    test_contact_persons_have_to_be_brokers,
    test_copies_in_another_language,
    test_ids_that_do_not_exist,
    test_missing_rights_to_write,
    test_rights_that_the_api_does_not_tell,
    test_self_links,
    test_types_that_are_only_read_or_not_documented,
    test_what_cannot_be_known_is_a_warning,
)

_SEEN: set[str] = set()


@pytest.fixture(autouse=True)
def findings_are_german(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a scenario finds, it says in German."""
    findings: list[Finding] = []

    def noted(*parts: Any) -> Finding:
        finding = Finding(*parts)
        findings.append(finding)
        return finding

    monkeypatch.setattr(preflight, "Finding", noted)
    yield
    for finding in findings:
        assert_german(finding.advice)
        assert_german(str(finding))
        _SEEN.add(finding.rule)


def test_every_rule_has_spoken() -> None:
    """Played last in this file."""
    assert _SEEN == RULE_NAMES
