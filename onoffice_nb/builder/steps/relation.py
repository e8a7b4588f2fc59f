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


class RelationStep:
    """The choice of `relation`; `changed` is called when it is another one."""

    def __init__(self, changed: Callable[[], object]) -> None:
        self.relation: RelationType | None = None
        self._changed = changed
        self._filling = False
        self._search = with_class(
            "relation-search", Text(description="Search by word or URN", placeholder="buyer, Käufer, estate:address …")
        )
        self._list = with_class("relation-list", Select(description="Relation type", rows=7))
        self._found = html("found")
        self._sentence = html("sentence")
        self._fill()
        self._search.observe(lambda _: self._fill(), "value")
        self._list.observe(lambda _: self._picked(), "value")
        self.view = step_box("step-relation", 1, "Relation", self._search, self._list, self._found, self._sentence)
        self._tell()

    def choose(self, name: str | RelationType) -> RelationType:
        """Choose by URN, suffix or an unambiguous word; raises RelationError as `oo.relation` does."""
        kind = find_relation(name)
        if kind not in all_relations():
            raise RelationError(f"{kind.suffix} is custom; the builder offers the catalogue. Use oo.plan(…) with it.")
        self._search.value = ""
        self._list.value = kind
        return kind

    def _fill(self) -> None:
        """List what fits the search; what is chosen stays chosen, listed or not."""
        text = self._search.value.strip()
        found, message = _matching(text)
        self._filling = True
        self._list.options = [(_label(each), each) for each in found]
        self._list.value = self.relation if self.relation in found else None
        self._filling = False
        self._found.value = f'<p class="oo-hint" role="status">{lines(message)}</p>' if text else ""
        show(self._found, bool(text))

    def _picked(self) -> None:
        if not self._filling and self._list.value is not None and self._list.value != self.relation:
            self.relation = self._list.value
            self._tell()
            self._changed()

    def _tell(self) -> None:
        kind = self.relation
        if kind is None:
            self._sentence.value = '<p class="oo-hint">Nothing is chosen yet.</p>'
            return
        told = {call: Support(getattr(kind, call)) for call in _CALLS}
        documented = ", ".join(call for call, support in told.items() if support is Support.DOCUMENTED)
        silent = ", ".join(call for call, support in told.items() if support is Support.UNKNOWN)
        impossible = ", ".join(call for call, support in told.items() if support is Support.NO)
        facts = [
            f"documented: {documented}" if documented else "",
            f"not documented: {silent}" if silent else "",
            f"impossible: {impossible}" if impossible else "",
        ]
        note = [f"<p>Note: {escape(kind.note)}.</p>"] if kind.note else []
        doubt = ["<p>Not documented as creatable: try one pair first.</p>"] if kind.create is Support.UNKNOWN else []
        self._sentence.value = "".join(
            [
                f'<p class="oo-direction" role="status">Chosen: {escape(kind.description)}</p>',
                f'<p class="oo-hint">{escape(kind.urn)}<br>{" · ".join(filter(None, facts))}</p>',
                *note,
                *doubt,
            ]
        )


def _matching(text: str) -> tuple[list[RelationType], str]:
    """The relation types that fit every word, and a sentence about them; a wrong name is answered with what is near."""
    try:
        words = text.removeprefix(URN_PREFIX).split()
        found = [each for each in all_relations() if all(each in relations(word) for word in words)]
        if not found:
            found = [find_relation(text)]
    except RelationError as error:
        return [], str(error)
    return found, f"{counted(len(found), 'relation type fits', 'relation types fit')}."


def _label(kind: RelationType) -> str:
    return f"{kind.label_en} · {kind.label_de} ({kind.parent} → {kind.child})"
