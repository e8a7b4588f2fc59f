"""`get estateLanguage`: an estate and its copies in other languages, whichever of them is named."""

from __future__ import annotations

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.store import Store
from onoffice_nb.sandbox.endpoint.records import MAIN_LANGUAGE, MODULES, readable_records
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult

__all__ = ["estate_languages"]


def estate_languages(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """The versions of one estate, the one in the main language first."""
    if "estateid" not in action.parameters:
        raise ApiRefusal(167, "estateid")
    estates = dict(readable_records(MODULES["estate"], store))
    named = str(action.parameters["estateid"])
    number = int(named) if named.isdecimal() and len(named) < 19 else 0
    if number not in estates:
        raise ApiRefusal(80)

    main = int(estates[number]["mainLangId"] or number)
    versions = [main, *(other for other, values in estates.items() if values["mainLangId"] == str(main))]
    records = [
        {
            "id": version,
            "type": "estateLanguage",
            "elements": {"language": estates[version]["sprache"] or MAIN_LANGUAGE, "mainLanguage": version == main},
        }
        for version in versions
        if version in estates
    ]
    return CallResult(records, len(records))
