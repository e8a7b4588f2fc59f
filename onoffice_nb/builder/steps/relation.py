"""Step 1: the relation type, found by a word in English or German or by its URN, and its direction in words."""

from __future__ import annotations

from collections.abc import Callable

from onoffice_nb.builder.widgets import Select, Text, html, lines, show, step_box, with_class
from onoffice_nb.catalogue import all_relations, relations
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import RelationError
from onoffice_nb.formatting import counted, escape
from onoffice_nb.model import URN_PREFIX, RelationType, Support

__all__ = ["RelationStep"]

_CALLS = ("create", "modify", "delete", "read")
_SUPPORT_WORDS = {
    Support.DOCUMENTED: "documented",
    Support.UNKNOWN: "not documented",
    Support.NO: "impossible",
}


class RelationStep:
    """The choice of the relation type.

    Args:
        on_change: Called when another one was chosen.

    Attributes:
        relation: What is chosen, None as long as nothing is.
    """

    def __init__(self, on_change: Callable[[], object]) -> None:
        self.relation: RelationType | None = None
        self._on_change = on_change
        self._is_filling = False

        self._search = with_class(
            "relation-search", Text(description="Search by word or URN", placeholder="buyer, Käufer, estate:address …")
        )
        self._list = with_class("relation-list", Select(description="Relation type", rows=7))
        self._matches = html("found")
        self._description = html("sentence")
        self._fill()
        self._search.observe(lambda _: self._fill(), "value")
        self._list.observe(lambda _: self._picked(), "value")
        self.view = step_box("step-relation", 1, "Relation", self._search, self._list, self._matches, self._description)
        self._describe()

    def choose(self, name: str | RelationType) -> RelationType:
        """Choose by URN, suffix or an unambiguous word.

        Raises:
            RelationError: Nothing or several have this name, or it is not in the catalogue.
        """
        relation = find_relation(name)
        if relation not in all_relations():
            raise RelationError(
                f"Expected a relation type of the catalogue, got the custom {relation.suffix}: use oo.plan(…) with it."
            )
        self._search.value = ""
        self._list.value = relation
        return relation

    def _fill(self) -> None:
        """List what fits the search; what is chosen stays chosen, listed or not."""
        text = self._search.value.strip()
        matches, message = _matches(text)

        self._is_filling = True
        self._list.options = [(_label(relation), relation) for relation in matches]
        self._list.value = self.relation if self.relation in matches else None
        self._is_filling = False

        self._matches.value = f'<p class="oo-hint" role="status">{lines(message)}</p>' if text else ""
        show(self._matches, bool(text))

    def _picked(self) -> None:
        picked = self._list.value
        if not self._is_filling and picked is not None and picked != self.relation:
            self.relation = picked
            self._describe()
            self._on_change()

    def _describe(self) -> None:
        self._description.value = (
            '<p class="oo-hint">Nothing is chosen yet.</p>' if self.relation is None else _relation_html(self.relation)
        )


def _matches(text: str) -> tuple[list[RelationType], str]:
    """The relation types that fit every word, and a sentence about them; a wrong name is answered with what is near."""
    try:
        fitting_words = [relations(word) for word in text.removeprefix(URN_PREFIX).split()]
        matches = [relation for relation in all_relations() if all(relation in fitting for fitting in fitting_words)]
        if not matches:
            matches = [find_relation(text)]
    except RelationError as error:
        return [], str(error)
    return matches, f"{counted(len(matches), 'relation type fits', 'relation types fit')}."


def _label(relation: RelationType) -> str:
    return f"{relation.label_en} · {relation.label_de} ({relation.parent} → {relation.child})"


def _relation_html(relation: RelationType) -> str:
    facts = []
    for support, words in _SUPPORT_WORDS.items():
        calls = [call for call in _CALLS if getattr(relation, call) is support]
        if calls:
            facts.append(f"{words}: {', '.join(calls)}")

    is_doubtful = relation.create is Support.UNKNOWN
    return "".join(
        [
            f'<p class="oo-direction" role="status">Chosen: {escape(relation.description)}</p>',
            f'<p class="oo-hint">{escape(relation.urn)}<br>{" · ".join(facts)}</p>',
            f"<p>Note: {escape(relation.note)}.</p>" if relation.note else "",
            "<p>Not documented as creatable: try one pair first.</p>" if is_doubtful else "",
        ]
    )
