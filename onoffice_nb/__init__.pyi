from .accounts import AccountReport, AccountReports, map_accounts
from .api.client import AsyncClient, Client
from .api.credentials import CredentialReference
from .api.wire import Call, Result
from .builder import RelationBuilder
from .catalogue import Relations, relation, relations
from .connection import connect, connect_async
from .errors import (
    AccessDenied,
    ApiError,
    ConnectionFailed,
    InputError,
    JournalError,
    MissingExtra,
    NotAuthenticated,
    OnOfficeError,
    OutcomeUnknown,
    PairsError,
    PlanError,
    RelationError,
    SandboxError,
    SettingsError,
)
from .execution.audit import Audit, audit
from .execution.control import stop
from .execution.history import runs
from .execution.journal import Journal
from .execution.report import Report
from .execution.submit import resume, retry, submit, undo
from .intake.files import read_table
from .intake.ids import Ids, read_ids
from .intake.pairs import Pairs, cross, read_pairs
from .matching.matched_pairs import look_up_rejects, match_pairs
from .matching.matcher import match
from .matching.matches import Match, Matches
from .model import Account, Action, Outcome, RelationInfo, RelationType
from .planning.desired_state import DesiredLinks, plan_desired_state, read_desired_state
from .planning.plan import Plan
from .planning.planner import plan, plan_info, plan_removal
from .planning.restore import history, plan_restore
from .sandbox import Behaviour, Faults, Sandbox

__all__ = [
    "AccessDenied",
    "Account",
    "AccountReport",
    "AccountReports",
    "Action",
    "ApiError",
    "AsyncClient",
    "Audit",
    "Behaviour",
    "Call",
    "Client",
    "ConnectionFailed",
    "CredentialReference",
    "DesiredLinks",
    "Faults",
    "Ids",
    "InputError",
    "Journal",
    "JournalError",
    "Match",
    "Matches",
    "MissingExtra",
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
    "RelationInfo",
    "RelationType",
    "Relations",
    "Report",
    "Result",
    "Sandbox",
    "SandboxError",
    "SettingsError",
    "audit",
    "connect",
    "connect_async",
    "cross",
    "history",
    "look_up_rejects",
    "map_accounts",
    "match",
    "match_pairs",
    "plan",
    "plan_desired_state",
    "plan_info",
    "plan_removal",
    "plan_restore",
    "read_desired_state",
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

__version__: str
