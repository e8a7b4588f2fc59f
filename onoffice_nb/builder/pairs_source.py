"""How the ids are read, as one value that can be done and written down: so the copied cell does what the page did."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onoffice_nb.formatting import printable
from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.intake.pairs import Pairs, cross, read_pairs
from onoffice_nb.model import Account, RelationInfo, RelationType

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PairsSource", "code_to_copy"]


@dataclass(frozen=True, eq=False)
class PairsSource:
    """Where the ids of both sides come from: two columns of a frame, or without one two pasted texts.

    Attributes:
        parent: The label of the parents' column, or their text.
        child: The label of the children's column, or their text.
        frame: The frame that holds the columns.
        name: What the frame is called in the notebook.
        is_crossed: Every parent with every child, not row by row.
        info: One info for all, or the label of the column that holds them (row by row only).
        decisions: What was decided on rejects, as `Pairs.mended` takes it (row by row only).
    """

    parent: Hashable
    child: Hashable
    frame: pd.DataFrame | None = None
    name: str = ""
    is_crossed: bool = False
    info: Hashable = None
    decisions: Mapping[DecisionKey, Decision] = field(default_factory=dict)

    def read(self) -> Pairs:
        """The pairs; raises PairsError as `oo.read_pairs` and `oo.cross` do."""
        if not self.is_crossed:
            pairs = read_pairs(self.frame, parent=self.parent, child=self.child, info=self.info)
            return pairs.mended(self.decisions) if self.decisions else pairs

        info = self.info if isinstance(self.info, RelationInfo) else None
        if self.frame is None:
            return cross(self.parent, self.child, info=info)

        # Says of these columns what it would say row by row.
        read_pairs(self.frame.head(0), parent=self.parent, child=self.child)
        return cross(self.frame[self.parent], self.frame[self.child], info=info)

    @property
    def code(self) -> str:
        """The call that reads the same pairs.

        >>> PairsSource("1001 1002", "5001", is_crossed=True).code
        "oo.cross('1001 1002', '5001')"
        >>> PairsSource("1001", "005001", decisions={"leading zeros": "take"}).code
        "oo.read_pairs(parent='1001', child='005001').mended({'leading zeros': 'take'})"
        """
        parent, child = self._as_code(self.parent), self._as_code(self.child)
        info = "" if self.info is None else f", info={self._as_code(self.info)}"

        if self.is_crossed and self.frame is not None:
            return f"oo.cross({self.name}[{parent}], {self.name}[{child}]{info})"
        if self.is_crossed:
            return f"oo.cross({parent}, {child}{info})"

        frame = f"{self.name}, " if self.frame is not None else ""
        mended = f".mended({dict(self.decisions)!r})" if self.decisions else ""
        return f"oo.read_pairs({frame}parent={parent}, child={child}{info}){mended}"

    def _as_code(self, value: Hashable) -> str:
        if isinstance(value, RelationInfo):
            fields = {"confirmation": value.confirmation, "feedback": value.feedback}
            return f"oo.RelationInfo({', '.join(f'{name}={text!r}' for name, text in fields.items() if text)})"

        # The repr of other labels (timestamps, numpy's numbers) is not Python that runs anywhere.
        if self.frame is None or type(value) in (str, int):
            return repr(value)
        return f"{self.name}.columns[{[*self.frame.columns].index(value)}]"


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
            f"pairs = {source.code}",
            f"plan = oo.plan({crm}, {relation.suffix!r}, pairs)  # {relation.description}",
            "print(plan)",
            "",
            f"report = oo.submit({crm}, plan){where if client_name else ''}",
            "report",
        ]
    )
