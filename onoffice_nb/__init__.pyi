from .builder import RelationBuilder
from .catalogue import Relations, relation, relations
from .client import AsyncClient, Client
from .connection import connect
from .control import stop
from .diff import plan, plan_info, plan_removal
from .engine import resume, retry, submit, undo
from .errors import (
    AccessDenied,
    ApiError,
    ConnectionFailed,
    InputError,
    LedgerError,
    NotAuthenticated,
    OnOfficeError,
    OutcomeUnknown,
    PairsError,
    PlanError,
    RelationError,
    SandboxError,
    SettingsError,
)
from .history import runs
from .ids import Ids, read_ids
from .intake import Pairs, cross, read_pairs
from .ledger import Ledger
from .model import Account, Action, Info, Outcome, RelationType
from .plans import Plan
from .report import Report
from .sandbox import Behaviour, Faults, Sandbox
from .tables import read_table
from .wire import Call, Result

__all__ = [
    "AccessDenied",
    "Account",
    "Action",
    "ApiError",
    "AsyncClient",
    "Behaviour",
    "Call",
    "Client",
    "ConnectionFailed",
    "Faults",
    "Ids",
    "Info",
    "InputError",
    "Ledger",
    "LedgerError",
    "NotAuthenticated",
    "OnOfficeError",
    "Outcome",
    "OutcomeUnknown",
    "Pairs",
    "PairsError",
    "Plan",
    "PlanError",
    "RelationBuilder",
    "RelationError",
    "RelationType",
    "Relations",
    "Report",
    "Result",
    "Sandbox",
    "SandboxError",
    "SettingsError",
    "connect",
    "cross",
    "plan",
    "plan_info",
    "plan_removal",
    "read_ids",
    "read_pairs",
    "read_table",
    "relation",
    "relations",
    "resume",
    "retry",
    "runs",
    "stop",
    "submit",
    "undo",
]
