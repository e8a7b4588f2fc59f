"""How the pairs are read, as one value that can be done and written down: so the copied cell does what the page did."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Final

from onoffice_nb.api.client import Client
from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import printable
from onoffice_nb.intake.frames import library_name, to_pandas
from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.intake.pairs import Pairs, cross, read_pairs
from onoffice_nb.matching.matcher import match
from onoffice_nb.model import Account, RelationInfo, RelationType

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LookUp", "PairsSource", "code_to_copy"]

# How a frame of another library becomes one of pandas, in its own words; most have to_pandas().
_CONVERSIONS: Final = {"duckdb": "df()", "dask": "compute()", "modin": "_to_pandas()", "pyspark": "toPandas()"}


@dataclass(frozen=True, slots=True, eq=False)
class LookUp:
    """One side whose record ids are looked up in the CRM.

    Attributes:
        module: The module of the records.
        by: Field of the CRM to the label of the column that holds it.
    """

    module: str
    by: Mapping[str, Hashable]


@dataclass(frozen=True, eq=False)
class PairsSource:
    """Where the ids of both sides come from: columns of a frame, or without one two pasted texts.

    Attributes:
        parent: The label of the parents' column, or their text, or what finds them in the CRM.
        child: The same for the children.
        frame: The frame that holds the columns, of any library.
        name: What the frame is called in the notebook, or in code.
        is_crossed: Every parent with every child, not row by row.
        info: One info for all, or the label of the column that holds them (row by row only).
        decisions: What was decided on rejects, as `Pairs.mended` takes it (row by row only).
        left_out: The numbers of the rows that are left out.
        frame_code: The call that makes the frame, `""` where the notebook has it under its name.
    """

    parent: Hashable
    child: Hashable
    frame: Any = None
    name: str = ""
    is_crossed: bool = False
    info: Hashable = None
    decisions: Mapping[DecisionKey, Decision] = field(default_factory=dict)
    left_out: Collection[int] = frozenset()
    frame_code: str = ""

    @property
    def needs_lookup(self) -> bool:
        """Whether ids are looked up in the CRM, so that nothing can be read without it."""
        return isinstance(self.parent, LookUp) or isinstance(self.child, LookUp)

    def read(self, crm: Client | None = None) -> Pairs:
        """The pairs.

        Args:
            crm: The client to look ids up with; not needed where `needs_lookup` is false.

        Returns:
            The pairs with all decisions, without the rows that are left out.

        Raises:
            PairsError: As `oo.read_pairs` and `oo.cross` raise it.
            OnOfficeError: The CRM cannot be asked.
        """
        source = self._looked_up(crm) if self.needs_lookup else self
        pairs = source._read_crossed() if self.is_crossed else source._read_rows()
        if source is not self and not self.is_crossed:
            pairs = self._of_own_frame(pairs, source)

        if self.decisions:
            pairs = pairs.mended(self.decisions)
        return pairs.without(self.left_out) if self.left_out else pairs

    @property
    def code(self) -> str:
        """The lines that read the same pairs; the client is called `crm` in them.

        >>> print(PairsSource("1001 1002", "5001", is_crossed=True).code)
        pairs = oo.cross('1001 1002', '5001')
        >>> print(PairsSource("1001", "005001", decisions={"leading zeros": "take"}).code)
        pairs = oo.read_pairs(parent='1001', child='005001').mended({'leading zeros': 'take'})
        """
        return "\n".join(self.statements("crm"))

    def statements(self, client_name: str) -> list[str]:
        """The lines of `code`, with the name that the client has in the notebook."""
        lines = [f"{self.name} = {self.frame_code}"] if self.frame_code else []
        parent, child = self._value_code(self.parent), self._value_code(self.child)
        info = "" if self.info is None else f", info={self._value_code(self.info)}"

        frame = self.name
        needs_pandas = self.needs_lookup or self.is_crossed
        if self.frame is not None and needs_pandas and library_name(self.frame) != "pandas":
            frame = f"{self.name}_table"
            lines.append(f"{frame} = {self.name}.{_conversion(self.frame)}")

        found = {}
        for wanted, label in self._found_columns():
            by = ", ".join(f"{field!r}: {self._value_code(column)}" for field, column in wanted.by.items())
            matches = label.replace(" ", "_")
            lines.append(f"{matches} = oo.match({client_name}, {wanted.module!r}, {frame}, by={{{by}}})")
            found[label] = f"{matches}.cells"
        if found:
            columns = ", ".join(f"{label!r}: {cells}" for label, cells in found.items())
            frame = f"{frame}.assign(**{{{columns}}})"

        lines.append(f"pairs = {self._call_code(frame, parent, child, info)}{self._decisions_code()}")
        return lines

    def _call_code(self, frame: str, parent: str, child: str, info: str) -> str:
        if not self.is_crossed:
            source = f"{frame}, " if self.frame is not None else ""
            return f"oo.read_pairs({source}parent={parent}, child={child}{info})"
        if self.frame is None:
            return f"oo.cross({parent}, {child}{info})"
        return f"oo.cross({frame}[{parent}], {frame}[{child}]{info})"

    def _decisions_code(self) -> str:
        mended = f".mended({dict(self.decisions)!r})" if self.decisions else ""
        return mended + (f".without({sorted(self.left_out)!r})" if self.left_out else "")

    def _value_code(self, value: Hashable) -> str:
        if isinstance(value, RelationInfo):
            fields = {"confirmation": value.confirmation, "feedback": value.feedback}
            return f"oo.RelationInfo({', '.join(f'{name}={text!r}' for name, text in fields.items() if text)})"
        if isinstance(value, LookUp):
            return repr(next(label for wanted, label in self._found_columns() if wanted is value))

        # The repr of other labels (timestamps, numpy's numbers) is not Python that runs anywhere.
        if self.frame is None or type(value) in (str, int):
            return repr(value)
        return f"{self.name}.columns[{[*self.frame.columns].index(value)}]"

    def _read_rows(self) -> Pairs:
        return read_pairs(self.frame, parent=self.parent, child=self.child, info=self.info)

    def _read_crossed(self) -> Pairs:
        info = self.info if isinstance(self.info, RelationInfo) else None
        if self.frame is None:
            return cross(self.parent, self.child, info=info)

        # Says of these columns what it would say row by row.
        table = to_pandas(self.frame)
        read_pairs(table.head(0), parent=self.parent, child=self.child)
        return cross(table[self.parent], table[self.child], info=info)

    def _found_columns(self) -> Iterator[tuple[LookUp, str]]:
        """What is looked up, and what the column of the ids that are found is called."""
        if not self.needs_lookup:
            return
        taken = {str(label) for label in to_pandas(self.frame).columns}
        for wanted in (self.parent, self.child):
            if isinstance(wanted, LookUp):
                names = chain([f"{wanted.module} id"], (f"{wanted.module} id {number}" for number in count(2)))
                label = next(name for name in names if name not in taken)
                taken.add(label)
                yield wanted, label

    def _looked_up(self, crm: Client | None) -> PairsSource:
        """The same with the ids that the CRM knows, in columns of their own."""
        if crm is None or self.frame is None:
            raise PairsError("These ids are looked up in the CRM: call check(), which asks it.")
        table = to_pandas(self.frame)
        labels = dict(self._found_columns())
        found: dict[str, Any] = {
            label: match(crm, wanted.module, table, by=wanted.by).cells for wanted, label in labels.items()
        }
        parent, child = (labels[side] if isinstance(side, LookUp) else side for side in (self.parent, self.child))
        return replace(self, parent=parent, child=child, frame=table.assign(**found))

    def _of_own_frame(self, pairs: Pairs, found: PairsSource) -> Pairs:
        """The pairs as those of the user's own frame: with it they are compared later, and beside it stand only ids."""
        source: pd.DataFrame = pairs.source.copy() if pairs.source is not None else to_pandas(self.frame)
        for _, label in self._found_columns():
            source[label] = [cell if isinstance(cell, int) else None for cell in source[label]]
            source[label] = source[label].astype("Int64")

        used: list[Hashable] = [] if self.info is None or isinstance(self.info, RelationInfo) else [self.info]
        for side in (self.parent, self.child):
            used += side.by.values() if isinstance(side, LookUp) else [side]
        stays = library_name(self.frame) in ("pandas", "polars", "modin") and hasattr(self.frame, "shape")
        live_frame = (self.frame, tuple(dict.fromkeys(used))) if stays else None
        return replace(pairs, source=source, columns=(found.parent, found.child), live_frame=live_frame)


def _conversion(frame: Any) -> str:
    if type(frame).__name__ == "LazyFrame":
        return "collect().to_pandas()"
    return _CONVERSIONS.get(library_name(frame), "to_pandas()")


def code_to_copy(relation: RelationType, source: PairsSource, account: Account, client_name: str | None) -> str:
    """A cell that does what the page does.

    Args:
        relation: The relation type.
        source: Where the ids come from.
        account: Where the builder is connected to.
        client_name: What the client is called in the notebook, None if it has no name there.
    """
    crm = client_name or "crm"
    where = f"  # in the builder this was {printable(account)}"
    connecting = [] if client_name else [f"crm = oo.connect(){where}"]
    return "\n".join(
        [
            "import onoffice_nb as oo",
            "",
            *connecting,
            *source.statements(crm),
            f"plan = oo.plan({crm}, {relation.suffix!r}, pairs)  # {relation.description}",
            "print(plan)",
            "",
            f"report = oo.submit({crm}, plan){where if client_name else ''}",
            "report",
        ]
    )
