from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onoffice_nb.catalogue import Relations, all_relations, relation, relations, search_relations
from onoffice_nb.errors import RelationError
from onoffice_nb.model import URN_PREFIX, RelationType, Support

SUFFIXES = [entry.suffix for entry in all_relations()]


def refusal(name: Any) -> str:
    with pytest.raises(RelationError) as caught:
        relation(name)
    return str(caught.value)


def test_all_63_are_there_and_unique() -> None:
    assert len(all_relations()) == 63
    for of in (
        lambda entry: entry.urn,
        lambda entry: entry.label_en.casefold(),
        lambda entry: entry.label_de.casefold(),
    ):
        assert len(set(map(of, all_relations()))) == 63


def test_modules_and_documentation_come_from_the_table() -> None:
    table = files("onoffice_nb").joinpath("data/relations.csv").read_text(encoding="utf-8")
    for row, entry in zip(csv.DictReader(table.splitlines()), all_relations(), strict=True):
        assert (entry.suffix, entry.parent, entry.child) == (
            row["urn_suffix"],
            row["parent_module"],
            row["child_module"],
        )
        assert (entry.create, entry.delete, entry.note) == (Support(row["create"]), Support(row["delete"]), row["note"])
    # These three would be wrong if the modules were derived from the URN.
    assert (relation("project:task:customer").parent, relation("project:task:customer").child) == ("project", "task")
    assert relation("address:contact:address").child == "address"
    assert relation("complex:estate:units").parent == "complex"
    assert [entry.suffix for entry in all_relations() if entry.takes_info] == ["calendar:address"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_is_found_by_urn_and_suffix(suffix: str) -> None:
    found = relation(suffix)
    assert found.suffix == suffix
    assert relation(URN_PREFIX + suffix) is found
    assert relation(f"\u00a0{suffix}\n") is found
    assert relation(found) is found


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_is_found_by_its_labels(suffix: str) -> None:
    found = relation(suffix)
    assert relation(found.label_de.upper()) is found
    if suffix != "estate:address:tenant":
        assert relation(found.label_en.lower()) is found


def test_the_last_part_finds_the_only_one_that_has_it_and_lists_the_others() -> None:
    lasts = Counter(suffix.rsplit(":", 1)[-1].casefold() for suffix in SUFFIXES)
    for suffix in SUFFIXES:
        last = suffix.rsplit(":", 1)[-1]
        if last == "tenant":
            continue
        if lasts[last.casefold()] == 1:
            assert relation(last).suffix == suffix
        else:
            assert f"{suffix}: {relation(suffix).description}" in refusal(last)


@pytest.mark.parametrize(
    ("word", "suffix"),
    [
        ("buyer", "estate:address:buyer"),  # the whole of a name wins over "Prospective buyer"
        ("Käufer", "estate:address:buyer"),
        ("Ka\u0308ufer", "estate:address:buyer"),  # as macOS writes it
        ("KÄUFER", "estate:address:buyer"),
        ("interested", "estate:address:interested"),
        ("Interessent", "estate:address:interested"),
        ("prospective", "estate:address:interested"),
        ("owner", "estate:address:owner"),
        ("Mieter", "estate:address:renter"),
        ("Teilnehmer", "calendar:address"),
        ("contactPerson", "estate:address:contactPerson"),
        ("Stammobjekts", "estate:estateUnit"),
        ("Interessenten", "estate:address:interested"),  # as the tab in enterprise is called
        ("Interessentinnen", "estate:address:interested"),
        ("buyers", "estate:address:buyer"),
        ("prospective buyers", "estate:address:interested"),
        ("Kaeufer", "estate:address:buyer"),  # a keyboard without umlauts
        ("Käuferin", "estate:address:buyer"),
        ("EIGENTUEMER", "estate:address:owner"),
        ("Eigentümerinnen", "estate:address:owner"),
        ("Termin-Teilnehmern", "calendar:address"),
        ("participants", "calendar:address"),
        ("Title pictures", "estate:file:titelbild"),
        ("Grundrisse", "estate:file:grundriss"),
    ],
)
def test_a_word_finds_what_it_means(word: str, suffix: str) -> None:
    assert relation(word).suffix == suffix


@pytest.mark.parametrize(
    ("word", "candidates"),
    [
        ("officer", ["estate:user:officer", "address:user:officer"]),
        ("matching", ["estate:address:matching", "address:estate:matching"]),
        ("mail", ["address:mail", "estate:mail"]),
        ("Ansprechpartner", ["estate:address:contactPerson", "estate:address:contactPersonAll"]),
        ("tenant", ["estate:address:renter", "estate:address:tenant"]),
        ("Tenant", ["estate:address:renter", "estate:address:tenant"]),
        ("Betreuern", ["estate:user:officer", "address:user:officer"]),
    ],
)
def test_an_ambiguous_word_names_its_candidates_in_words(word: str, candidates: list[str]) -> None:
    said = refusal(word)
    assert [line.split(": ")[0].strip() for line in said.splitlines() if line.startswith("  ")] == candidates
    assert all(relation(suffix).description in said for suffix in candidates)


def test_the_documented_tenant_is_had_by_its_suffix_only() -> None:
    assert relation("estate:address:tenant").label_en == "Tenant"
    assert "usual and documented" in refusal("tenant")


@pytest.mark.parametrize(
    "misspelt",
    [
        "urn:onoffice-dens:smart:2.5:relationTypes:estate:address:buyer",
        "urn:onoffice-en-ns:smart:2.5:relationTypes:estate:address:buyer",
        "urn:onoffice-de-ns:smart:2.5:relationtypes:estate:address:buyer",
        "urn:onoffice-de-ns:smart:2.4:relationTypes:estate:address:buyer",
        "URN:ONOFFICE-DE-NS:SMART:2.5:RELATIONTYPES:ESTATE:ADDRESS:BUYER",
        "urn:onoffice-de-ns:smart:2.5:estate:address:buyer",
        URN_PREFIX + "estate:address:Buyer",
        "estate:address:BUYER",
        "Estate:Address:buyer",
        "estate:address:byer",
        "estate:address:buyers",
        "address:estate:buyer",
        "byer",
        "Erwerber",
    ],
)
def test_the_misspelt_is_refused_with_what_was_probably_meant(misspelt: str) -> None:
    said = refusal(misspelt)
    assert "Probably meant:\n  estate:address:buyer: estate (parent) → address (child), the buyer" in said
    assert misspelt in said


@pytest.mark.parametrize("word", ["Interesent", "Eigentuemr", "Bujer", "Kaufer", "Offizer", "Titelbilt", "Verkäufer"])
def test_a_type_is_suggested_once(word: str) -> None:
    suggested = [line.split(": ")[0] for line in refusal(word).splitlines() if line.startswith("  ")]
    assert suggested
    assert len(suggested) == len(set(suggested))


@pytest.mark.parametrize(
    ("word", "suffix"),
    [
        ("Verkäufer", "estate:address:owner"),
        ("seller", "estate:address:owner"),
        ("purchaser", "estate:address:buyer"),
        ("Kaufinteressent", "estate:address:interested"),
        ("lead", "estate:address:interested"),
        ("attendee", "calendar:address"),
        ("Besichtigung", "calendar:estate"),
    ],
)
def test_other_words_for_the_same_are_suggested_and_not_taken(word: str, suffix: str) -> None:
    assert f"Probably meant:\n  {suffix}: " in refusal(word)


@given(st.sampled_from(SUFFIXES), st.sampled_from(["s", "n", "en", "innen", "nen"]))
def test_a_name_with_an_ending_never_finds_another_type_than_the_name(suffix: str, ending: str) -> None:
    """Whatever the rules of plurals take for one: it is the type that the name alone means, or none."""
    for label in (relation(suffix).label_en, relation(suffix).label_de):
        try:
            taken = relation(label + ending)
        except RelationError:
            continue
        assert taken.suffix == suffix


def test_a_wrong_beginning_is_named() -> None:
    assert f"It does not begin with '{URN_PREFIX}'" in refusal("urn:onoffice-dens:smart:2.5:relationTypes:task:address")


def test_modules_alone_list_their_relation_types() -> None:
    assert refusal("estate:address").count("\n  estate:address:") == 8


def test_the_direction_that_does_not_exist_names_the_one_that_does() -> None:
    assert "address:user:officer" in refusal("user:address:officer")


@pytest.mark.parametrize("name", ["", "  ", "qqqqqqq", None, 5, b"buyer", ["buyer"], RelationType])
def test_what_names_nothing_is_refused(name: Any) -> None:
    assert refusal(name)


@given(st.text() | st.sampled_from(SUFFIXES).flatmap(lambda suffix: st.builds(suffix.replace, st.just(":"), st.text())))
@example("urn:")
@example(":" * 500)
@example("\ud800:\u202e")
@example("(")
def test_rubbish_raises_nothing_else_and_never_finds_what_it_does_not_name(name: str) -> None:
    try:
        found = relation(name)
    except RelationError:
        return
    names = (found.suffix, found.urn, found.label_en, found.label_de)
    assert any(name.strip().casefold() in entry.casefold() for entry in names)


def test_what_is_quoted_hides_nothing() -> None:
    assert "'buy\\u202eer'" in refusal("buy\u202eer")


def test_a_word_that_fits_too_many_lists_the_first_dozen() -> None:
    said = refusal("Adresse").splitlines()
    assert len(said) == 14
    assert said[-1].startswith("  … and ")


def test_custom_types_pass_through() -> None:
    custom = RelationType.custom(URN_PREFIX + "estate:address:heir", parent="estate", child="address")
    assert relation(custom) is custom


def test_the_table_is_filtered_by_word_and_module() -> None:
    assert relations() == all_relations()
    assert {entry.suffix for entry in relations("officer")} == {
        "estate:user:officer",
        "address:user:officer",
        "address:user:additionalOfficers",
    }
    assert all("task" in (entry.parent, entry.child) for entry in relations(module="task"))
    assert len(relations(module="task")) == 4
    assert [entry.suffix for entry in relations("Käufer", module="ESTATE")] == ["estate:address:buyer"]
    assert repr(relations("nothing like it")).endswith("0 relation types")


@pytest.mark.parametrize(("module", "meant"), [("adress", "'address'"), ("Agentslogs", "'agentsLog'")])
def test_an_unknown_module_is_refused_with_a_near_one(module: str, meant: str) -> None:
    with pytest.raises(RelationError, match=f"Probably meant: {meant}"):
        relations(module=module)


def test_searching_takes_text_only() -> None:
    rubbish: Any = 5
    with pytest.raises(RelationError, match="by text, not by int"):
        relations(rubbish)
    with pytest.raises(RelationError, match="by text, not by int"):
        relations(module=rubbish)


def test_the_table_prints_as_text_html_and_frame() -> None:
    table = relations("buyer")
    assert isinstance(table, Relations)
    assert "estate:address:buyer       estate → address  Buyer" in repr(table)
    assert "<td" in table._repr_html_()
    assert list(table.frame["suffix"]) == [entry.suffix for entry in table]
    assert table.frame.loc[0, "create"] == "documented"


def test_the_html_table_escapes() -> None:
    hostile = RelationType("urn:x", "a", "b", "<script>", "<b>", note="<i>")
    assert "<script>" not in Relations([hostile])._repr_html_()
    assert "&lt;i&gt;" in Relations([hostile])._repr_html_()


@pytest.mark.parametrize(
    ("text", "suffixes"),
    [
        ("Verkäufer", ["estate:address:owner"]),
        ("Verkäuferinnen", ["estate:address:owner"]),
        ("Interessenten", ["estate:address:interested"]),
        ("Kaeufer", ["estate:address:buyer"]),
        ("Besichtigung", ["calendar:estate", "calendar:address"]),
        ("Suchprofil", ["address:searchcriteria"]),
        ("Suchprofile", ["address:searchcriteria"]),
        ("Eigentumer", ["estate:address:owner"]),
        ("estate:address:buyer", ["estate:address:buyer"]),
        ("urn:onoffice-de-ns:smart:2.5:relationTypes:calendar:estate", ["calendar:estate"]),
        ("xyzzy", []),
    ],
)
def test_a_search_finds_by_the_words_of_the_trade(text: str, suffixes: list[str]) -> None:
    assert [relation_type.suffix for relation_type in search_relations(text)] == suffixes


@pytest.mark.parametrize("relation_type", all_relations(), ids=lambda relation_type: relation_type.suffix)
def test_every_type_is_found_by_each_of_its_names(relation_type: RelationType) -> None:
    for name in (relation_type.suffix, relation_type.label_en, relation_type.label_de):
        assert relation_type in search_relations(name)


@given(st.text(max_size=40))
def test_a_search_takes_any_text_and_names_each_type_once(text: str) -> None:
    found = search_relations(text)
    assert len(set(found)) == len(found)
