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
from .ledger import Ledger
from .model import Account, Action, Info, Outcome, RelationType
from .plans import Plan
from .report import Report
from .sandbox import Behaviour, Faults, Sandbox
