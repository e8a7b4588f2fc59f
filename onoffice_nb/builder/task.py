"""What is to be done with pairs, and how a plan for it is made, here and in a cell of Python."""

from __future__ import annotations

from enum import StrEnum

from onoffice_nb.api.client import Client
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.model import RelationType
from onoffice_nb.planning.plan import Plan
from onoffice_nb.planning.planner import plan, plan_info, plan_removal

__all__ = ["Task"]


class Task(StrEnum):
    """What is to be done with the pairs."""

    LINK = "link"
    REMOVE = "remove"
    REPLACE = "replace"
    STATUS = "status"

    @property
    def removes(self) -> bool:
        """Whether links are removed."""
        return self in (Task.REMOVE, Task.REPLACE)

    def fits(self, relation: RelationType) -> bool:
        """Whether links of this type can be treated so: a status is what participants of appointments have."""
        return self is not Task.STATUS or relation.takes_info

    def plan(self, crm: Client, relation: RelationType, pairs: Pairs) -> Plan:
        """The plan that does it; raises as `oo.plan`, `oo.plan_removal` and `oo.plan_info` do."""
        match self:
            case Task.REMOVE:
                return plan_removal(crm, relation, pairs)
            case Task.STATUS:
                return plan_info(crm, relation, pairs)
            case _:
                return plan(crm, relation, pairs, replace=self is Task.REPLACE)

    def code(self, crm: str, relation: RelationType) -> str:
        """The same as a call in Python.

        >>> from onoffice_nb.catalogue import relation
        >>> Task.REPLACE.code("crm", relation("buyer"))
        "oo.plan(crm, 'estate:address:buyer', pairs, replace=True)"
        """
        function = {Task.REMOVE: "plan_removal", Task.STATUS: "plan_info"}.get(self, "plan")
        options = ", replace=True" if self is Task.REPLACE else ""
        return f"oo.{function}({crm}, {relation.suffix!r}, pairs{options})"
