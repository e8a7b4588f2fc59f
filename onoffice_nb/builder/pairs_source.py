"""How the pairs are read, as one value that can be done and written down: so the copied cell does what the page did."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from onoffice_nb.api.client import Client
from onoffice_nb.builder.decision_code import decision_lines
from onoffice_nb.builder.task import Task
from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import printable
from onoffice_nb.intake.frames import is_lazy, library_name, to_pandas
from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.intake.pairs import Pairs, cross, read_pairs
from onoffice_nb.intake.provenance import FILE_NAME
from onoffice_nb.matching.matched_pairs import match_pairs
from onoffice_nb.matching.matcher import match
from onoffice_nb.model import Account, RelationInfo, RelationType

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MAX_TEXT_IN_CODE", "PairsSource", "code_to_copy"]

# A longer text is not written into copied code, but read from a file.
MAX_TEXT_IN_CODE: Final = 10_000

# How a frame of another library becomes one of pandas, in its own words; most have to_pandas().
_CONVERSIONS: Final = {"duckdb": "df()", "dask": "compute()", "modin": "_to_pandas()", "pyspark": "toPandas()"}


@dataclass(frozen=True, eq=False)
class PairsSource:
    """Where the ids of both sides come from: columns of a frame, or without one two pasted texts.

    Attributes:
        parent: The label of the parents' column, or their text; or field of the CRM to label, to look ids up by.
        child: The same for the children.
        frame: The frame that holds the columns, of any library.
        name: What the frame is called in the notebook, or in code.
        is_crossed: Every parent with every child, not row by row.
        info: One info for all, or the label of the column that holds them (row by row only).
        decisions: What was decided on rejects, as `Pairs.mended` takes it.
        left_out: The numbers of the rows that are left out.
        frame_code: The call that makes the frame, `""` where the notebook has it under its name.
        relation: The relation type, which says whose records are looked up.
    """

    parent: Hashable | Mapping[str, Hashable]
    child: Hashable | Mapping[str, Hashable]
    frame: Any = None
    name: str = ""
    is_crossed: bool = False
    info: Hashable = None
    decisions: Mapping[DecisionKey, Decision] = field(default_factory=dict)
    left_out: Collection[int] = frozenset()
    frame_code: str = ""
    relation: RelationType | None = None

    @property
    def needs_lookup(self) -> bool:
        """Whether ids are looked up in the CRM, so that nothing can be read without it."""
        return isinstance(self.parent, Mapping) or isinstance(self.child, Mapping)

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
        if self.needs_lookup and (crm is None or self.relation is None):
            raise PairsError(
                "These ids are looked up in the CRM: choose a relation type and call check(), which asks it."
            )
        pairs = self._read_crossed(crm) if self.is_crossed else self._read_rows(crm)
        if pairs.source is not None and self.name:
            # The pairs' own copy. The journal knows the run by it, as the user does.
            pairs.source.attrs.setdefault(FILE_NAME, self.name)
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
        if self.frame_code and self.name == client_name:
            return replace(self, name=f"{self.name}_table").statements(client_name)
        lines = [f"{self.name} = {self.frame_code}"] if self.frame_code else []
        long_texts = [
            f"{side}_ids = Path('{side}_ids.txt').read_text(encoding='utf-8')  # a file with what was pasted"
            for side, given in (("parent", self.parent), ("child", self.child))
            if self._is_long(given)
        ]
        if long_texts:
            lines += ["from pathlib import Path", "", *long_texts]
        frame = self.name
        if self.frame is not None and self.is_crossed and library_name(self.frame) != "pandas":
            frame = f"{self.name}_table"
            lines.append(f"{frame} = {self.name}.{_conversion(self.frame)}")

        call = self._cross_code(client_name, frame) if self.is_crossed else self._rows_code(client_name)
        return [*lines, *decision_lines(call, self.decisions, self.left_out)]

    def _rows_code(self, client_name: str) -> str:
        sides = f"parent={self._side_code('parent')}, child={self._side_code('child')}{self._info_code()}"
        if self.needs_lookup and self.relation is not None:
            return f"oo.match_pairs({client_name}, {self.relation.suffix!r}, {self.name}, {sides})"
        return f"oo.read_pairs({self.name}, {sides})" if self.frame is not None else f"oo.read_pairs({sides})"

    def _cross_code(self, client_name: str, frame: str) -> str:
        lists = []
        for side, wanted in (("parent", self.parent), ("child", self.child)):
            if isinstance(wanted, Mapping):
                module = getattr(self.relation, side)
                lists.append(f"oo.match({client_name}, {module!r}, {frame}, by={self._value_code(wanted)}).cells")
            else:
                lists.append(f"{frame}[{self._value_code(wanted)}]" if frame else self._side_code(side))
        return f"oo.cross({lists[0]}, {lists[1]}{self._info_code()})"

    def _side_code(self, side: str) -> str:
        value = getattr(self, side)
        return f"{side}_ids" if self._is_long(value) else self._value_code(value)

    def _is_long(self, text: object) -> bool:
        return self.frame is None and isinstance(text, str) and len(text) > MAX_TEXT_IN_CODE

    def _info_code(self) -> str:
        return "" if self.info is None else f", info={self._value_code(self.info)}"

    def _value_code(self, value: Hashable | Mapping[str, Hashable]) -> str:
        if isinstance(value, RelationInfo):
            fields = {"confirmation": value.confirmation, "feedback": value.feedback}
            return f"oo.RelationInfo({', '.join(f'{name}={text!r}' for name, text in fields.items() if text)})"
        if isinstance(value, Mapping):
            return f"{{{', '.join(f'{name!r}: {self._value_code(label)}' for name, label in value.items())}}}"

        # The repr of other labels (timestamps, numpy's numbers) is not Python that runs anywhere; only pandas has such.
        if self.frame is None or type(value) in (str, int):
            return repr(value)
        return f"{self.name}.columns[{[*self.frame.columns].index(value)}]"

    def _read_rows(self, crm: Client | None) -> Pairs:
        # The page shows the other columns too, and so computes them.
        frame = to_pandas(self.frame) if is_lazy(self.frame) else self.frame
        if crm is not None and self.relation is not None and self.needs_lookup:
            return match_pairs(crm, self.relation, frame, parent=self.parent, child=self.child, info=self.info)
        return read_pairs(frame, parent=self.parent, child=self.child, info=self.info)

    def _read_crossed(self, crm: Client | None) -> Pairs:
        info = self.info if isinstance(self.info, RelationInfo) else None
        if self.frame is None:
            return cross(self.parent, self.child, info=info)

        table = to_pandas(self.frame)
        if not self.needs_lookup:
            # Says of these columns what it would say row by row.
            read_pairs(table.head(0), parent=self.parent, child=self.child)
        parents, children = (self._cells(side, table, crm) for side in ("parent", "child"))
        return cross(parents, children, info=info)

    def _cells(self, side: str, table: pd.DataFrame, crm: Client | None) -> Any:
        """One side of a table: its column, or the ids that the CRM knows for what stands there."""
        wanted = getattr(self, side)
        if crm is not None and isinstance(wanted, Mapping):
            return match(crm, getattr(self.relation, side), table, by=wanted).cells
        return table[wanted]


def _conversion(frame: Any) -> str:
    if type(frame).__name__ == "LazyFrame":
        return "collect().to_pandas()"
    return _CONVERSIONS.get(library_name(frame), "to_pandas()")


def code_to_copy(
    task: Task, relation: RelationType, source: PairsSource, account: Account, client_name: str | None
) -> str:
    """A cell that does what the page does.

    Args:
        task: What is to be done.
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
            f"plan = {task.code(crm, relation)}  # {relation.description}",
            "print(plan)",
            "",
            f"report = oo.submit({crm}, plan){where if client_name else ''}",
            "report",
        ]
    )
