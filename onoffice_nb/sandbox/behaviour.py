"""What nobody outside knows about the API: one switch each, with its default and its source.

    Behaviour()                           the defaults
    Behaviour(missing_link="succeeds")    one thing otherwise
    Behaviour.variants()                      the defaults, then every other setting of every switch

A client is right only if it is right under each of them.

Marks: D documented by onOffice, L tried on the live API by another project, R
seen in a recorded reply, C seen in the code of clients in production, G a
guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, Self

from onoffice_nb.errors import SandboxError

__all__ = ["Behaviour", "Mark"]

Mark = Literal["D", "L", "R", "C", "G"]

# The order in which a relation call is checked; the first objection is the answer.
_FORWARD: Final = ("support", "info", "records", "rights", "broker", "shape", "links")


def _switch(default: Any, *others: Any, fact: str, mark: Mark = "G") -> Any:
    return field(default=default, metadata={"others": others, "fact": fact, "mark": mark})


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How the sandbox behaves where the real API is not known: one switch for each question, with its settings.

    What each switch decides stands in FACTS.md, and in its `metadata["fact"]`.

    Raises:
        SandboxError: for a setting that a switch does not have.

    Example:
        >>> Behaviour(missing_link="succeeds")
        Behaviour(missing_link='succeeds')
    """

    # Links
    existing_link: str = _switch(
        "succeeds", "refused", fact="Creating a link that exists succeeds and changes nothing, or 173/78."
    )
    missing_link: str = _switch("refused", "succeeds", fact="Deleting a link that does not exist is refused (168).")
    unknown_record: str = _switch(
        "by module",
        "80",
        "173",
        "linked",
        fact="An unknown record id: 292 for an address, 293 for an estate, 80 elsewhere; or 80 for all; or 173/78; "
        "or it is linked all the same.",
    )
    several_ids: str = _switch(
        "all or nothing",
        "in part, with an error",
        "in part, in silence",
        fact="Whether an action with several ids can succeed in part.",
    )
    single_side: str = _switch(
        "accepted",
        "refused",
        "replaces",
        fact="A second estate of an appointment, a second base of a unit, a unit that has units itself: linked all the"
        " same, or refused (78), or the new link replaces what is in its way.",
    )
    self_link: str = _switch("refused", "accepted", fact="Linking a record with itself is refused (78), or done.")
    language_copy: str = _switch(
        "refused",
        "accepted",
        fact="Relations know the id of the estate in the main language: the id of its copy in another language counts"
        " as unknown, or is linked.",
    )
    recreated_link: str = _switch(
        "at the end",
        "at its old place",
        fact="Where a link that is deleted and created again stands in the order of its record's links.",
    )
    undocumented_writes: str = _switch(
        "refused", "accepted", fact="Types whose create or delete is not documented: 78/168, or they work."
    )
    undocumented_modify: str = _switch(
        "refused",
        "accepted",
        fact="Types whose modify was listed once (interested, offer, contacted): 182, or it works.",
    )
    tenant_is_renter: bool = _switch(
        default=False, fact="Whether estate:address:tenant shows the links of estate:address:renter."
    )
    default_contact: bool = _switch(True, False, fact="A new estate gets a contact person of its own accord.", mark="C")
    delete_arrays: str = _switch(
        "refused", "accepted", fact="Delete takes one integer on each side; an array is refused (187).", mark="D"
    )
    ids_per_action: int | None = _switch(500, None, fact="More than 500 ids in one action are refused (302).")
    actions_per_request: int | None = _switch(
        None,
        50,
        1,
        fact="Several actions in one request work; or there is a cap (303); or one client is right that only one is"
        " taken (141).",
        mark="L",
    )

    # Order and level of errors
    precedence: tuple[str, ...] = _switch(
        _FORWARD, _FORWARD[::-1], fact="Which error comes first if an action has several faults."
    )
    envelope_error: int = _switch(0, 97, fact="The envelope's code beside an action that failed: 0, or 97.")
    failed_status: int = _switch(
        200, 500, fact="The envelope's status beside an action that failed: 200; one client expects 500."
    )
    unknown_token: int = _switch(22, 41, fact="The code for a token that nobody has.")
    refused_status: int = _switch(400, 200, 500, fact="The envelope's status where the whole request is refused.")
    json_error: str = _switch(
        "text", "code", fact="The envelope's errorcode for broken JSON was seen as a text.", mark="R"
    )

    # Shape of replies
    related_ids: str = _switch("strings", "integers", fact="Linked ids are strings; integers were seen.", mark="R")
    unlinked_id: str = _switch(
        "listed", "missing", fact="An asked id without links has an empty list; task types leave it out.", mark="R"
    )
    no_hit: str = _switch(
        "empty elements",
        "empty lists",
        "no record",
        "no elements",
        fact='Where nothing is linked at all, "elements" is [], or as elsewhere, or null, or there is no record.',
    )
    both_sides: str = _switch(
        "parents", "refused", fact="get with ids on both sides: parentids count, or it is refused (255)."
    )
    create_reply: str = _switch("empty", "success", fact="create answers without records, or as delete does.", mark="C")
    delete_reply: str = _switch(
        "success", "empty", fact='delete and modify answer one record with {"success": "success"}, or none.'
    )

    date_header: bool = _switch(True, False, fact="Whether a reply bears the HTTP header Date.")

    # Reading records
    unknown_field: int = _switch(141, 75, 145, fact="The code for an unknown field.")
    unknown_resourceid: str = _switch(
        "absent",
        "refused",
        fact="Reading one unknown record by resourceid answers no record, or 80 (169 in the calendar).",
    )
    appointments: str = _switch(
        "by period",
        "all",
        fact="read calendar lists the appointments of a period only (289, 91, 92, 93), or everybody's without one.",
        mark="D",
    )
    calendar_data: str = _switch(
        "ignored",
        "chosen",
        fact="read calendar is documented without data: it shows all fields, or those that data names.",
    )
    appointment_id: str = _switch(
        "resourceid",
        "parameter",
        fact="appointmentList takes the id of one appointment as the action's resourceid, or as the parameter"
        " resourceId.",
        mark="L",
    )
    appointment_list_users: str = _switch(
        "all", "own", fact="appointmentList without userIds and groupIds lists everybody's appointments, or one's own."
    )
    follow_up_status: str = _switch(
        "as written",
        "in English",
        "not configured",
        fact="followUpStatus is the feedback as relationinfo has it, or in English, or always null.",
    )
    user_right: str = _switch("given", "missing", fact="Reading users needs a right, else 170.", mark="D")
    list_limit: str = _switch(
        "falls back",
        "cut",
        "refused",
        fact="A listlimit beyond 500 falls back to the default of 20, or counts as 500, or is refused (255).",
        mark="C",
    )
    task_listoffset: str = _switch(
        "refused",
        "accepted",
        fact="Lists of tasks refuse listoffset (144) and tell in cntabsolute how long the page is, or are like others.",
        mark="L",
    )
    right_checks: str = _switch(
        "as asked",
        "reading only",
        "refused",
        fact="checkuserrecordsright tells the right that is asked for, or that to read whatever is asked, or 156.",
    )

    # The log of the CRM
    log_right: str = _switch("given", "missing", fact="Only administrators may read the log, else 156.", mark="D")
    log_module: str = _switch(
        "by type",
        "relation",
        "parent",
        fact="The module that a change of a link is logged under: owner, interested, contact person, matching and offer"
        " for their types, relation for all others; or relation for all; or the parent's module.",
    )
    log_side: str = _switch(
        "parent is origin",
        "child is origin",
        "both",
        fact="Which record of a link is the origin in the log (resourcePk), the other one being the target"
        " (resourceId); or there are two entries.",
    )
    log_utc_offset: int = _switch(
        1, 0, 2, fact="How many hours the log's dateTime is ahead of UTC: German winter time, UTC, or summer time."
    )

    def __post_init__(self) -> None:
        for switch in fields(self):
            value, settings = getattr(self, switch.name), self.settings(switch.name)
            if not any(value == setting and type(value) is type(setting) for setting in settings):
                known = ", ".join(map(repr, settings))
                raise SandboxError(
                    f"Expected {switch.name} to be one of {known}, got {value!r}: choose one of these settings."
                )

    @classmethod
    def settings(cls, name: str) -> tuple[Any, ...]:
        """All settings of one switch.

        Args:
            name: the switch.

        Returns:
            The settings, the default first.

        >>> Behaviour.settings("missing_link")
        ('refused', 'succeeds')
        """
        (switch,) = (switch for switch in fields(cls) if switch.name == name)
        others = switch.metadata["others"] or (not switch.default,)
        return (switch.default, *others)

    @classmethod
    def variants(cls) -> Iterator[Self]:
        """Every setting of every switch, one at a time: for tests of a client.

        Returns:
            The defaults, then one behaviour for every other setting.
        """
        yield cls()
        for switch in fields(cls):
            for setting in cls.settings(switch.name)[1:]:
                yield cls(**{switch.name: setting})

    @property
    def overrides(self) -> dict[str, Any]:
        """The switches that do not stand on their default."""
        return {
            switch.name: getattr(self, switch.name)
            for switch in fields(self)
            if getattr(self, switch.name) != switch.default
        }

    def __repr__(self) -> str:
        return f"Behaviour({', '.join(f'{name}={value!r}' for name, value in self.overrides.items())})"
