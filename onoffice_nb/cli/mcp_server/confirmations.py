"""What a model proposes, and what a person has confirmed of it: files in the user's data folder.

A proposal is a saved plan under a code, which is the hash of what is in it: of
what it is for, of account, links, findings and the moment. Whatever changes of
it changes the code. A confirmation is written by the terminal alone, for one
code; it holds for a short time, and is removed as it is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

from onoffice_nb.errors import InputError, PlanError
from onoffice_nb.formatting import quote
from onoffice_nb.planning.plan import Plan

__all__ = ["Confirmations", "Proposal"]

_CODE: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_SUBMIT: Final = "submit"
# A plan of yesterday is too old to be sent.
_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True)
class Proposal:
    """What is to be confirmed.

    Attributes:
        code: The hash of all that it is.
        plan: What would be sent.
        undoes: The run that it takes back; None for a plan to be submitted.
    """

    code: str
    plan: Plan
    undoes: int | None

    @property
    def purpose(self) -> str:
        """What it is for: `submit`, or `undo-7` for run 7."""
        return _purpose(self.undoes)


class Confirmations:
    """The proposals and confirmations of one user.

    Args:
        folder: Where they lie; by default in the user's data folder. Nobody else may read it.
        valid_for: How long a confirmation holds.

    Example:
        >>> import tempfile
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001], child=[5001]))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     confirmations = Confirmations(Path(folder, "agent"))
        ...     proposal = confirmations.load(confirmations.propose(plan))
        ...     before = confirmations.consume(proposal)
        ...     until = confirmations.confirm(proposal)
        ...     before, confirmations.consume(proposal), confirmations.consume(proposal)
        (False, True, False)
    """

    def __init__(self, folder: Path | None = None, *, valid_for: timedelta = timedelta(minutes=10)) -> None:
        self._folder = folder or user_data_path("onoffice_nb") / "agent"
        self._valid_for = valid_for

    def propose(self, plan: Plan, undoes: int | None = None) -> str:
        """Keep a plan until a person has looked at it.

        Args:
            plan: What would be sent.
            undoes: The run that it takes back, if any.

        Returns:
            The code by which it is confirmed, 32 hexadecimal digits.

        Raises:
            OSError: The data folder cannot be written.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._remove_old()
        draft = self._folder / f"{secrets.token_hex(8)}.draft"
        _write_new(draft, b"")
        content = plan.save(draft).read_bytes()
        purpose = _purpose(undoes)
        code = _code(purpose, content)
        draft.replace(self._proposal_path(code, purpose))
        return code

    def load(self, code: str) -> Proposal:
        """Read a proposal, and make sure that it is the one of this code.

        Args:
            code: What `propose` has returned.

        Returns:
            The proposal.

        Raises:
            InputError: This is not a code.
            PlanError: Nothing is proposed under this code (any more), or it was changed since.
        """
        if not _CODE.fullmatch(code):
            raise InputError(f"Expected the code of a plan, 32 hexadecimal digits, got {quote(code, 40)}.")
        paths = list(self._folder.glob(f"{code}.*.json"))
        if not paths:
            raise PlanError(
                f"Nothing is proposed under {code}: it was carried out already, or is older than a day. Make the plan"
                " anew."
            )

        path = paths[0]
        purpose = path.name.split(".")[1]
        if _code(purpose, path.read_bytes()) != code:
            raise PlanError(f"What was proposed under {code} was changed since. Make the plan anew.")
        return Proposal(code, Plan.load(path), None if purpose == _SUBMIT else int(purpose.removeprefix("undo-")))

    def confirm(self, proposal: Proposal) -> datetime:
        """Write down that a person has looked at this proposal and wants it: once, and for a short time.

        Args:
            proposal: What was shown.

        Returns:
            Until when it holds, in UTC.

        Raises:
            OSError: The data folder cannot be written.
        """
        expires = datetime.now(UTC) + self._valid_for
        content = _scope(proposal) | {"expires": expires.isoformat()}
        path = self._confirmation_path(proposal.code)
        path.unlink(missing_ok=True)
        _write_new(path, json.dumps(content).encode())
        return expires

    def consume(self, proposal: Proposal) -> bool:
        """Use the confirmation of a proposal up.

        Args:
            proposal: What is to be carried out.

        Returns:
            Whether there was one, for exactly this proposal and account, and in time. It is gone in any case.

        Raises:
            OSError: The data folder cannot be read.
        """
        path = self._confirmation_path(proposal.code)
        used = path.with_suffix(f".{secrets.token_hex(8)}.used")
        try:
            # Of two that come at once, one finds nothing to rename.
            path.rename(used)
        except FileNotFoundError:
            return False
        try:
            is_private = os.name != "posix" or used.stat().st_mode & 0o077 == 0
            confirmed = json.loads(used.read_bytes())
            expires = datetime.fromisoformat(confirmed.pop("expires"))
        except (ValueError, KeyError, AttributeError):
            return False
        finally:
            used.unlink()
        return is_private and confirmed == _scope(proposal) and datetime.now(UTC) < expires

    def forget(self, proposal: Proposal) -> None:
        """Remove a proposal that is carried out."""
        self._proposal_path(proposal.code, proposal.purpose).unlink(missing_ok=True)

    def _proposal_path(self, code: str, purpose: str) -> Path:
        return self._folder / f"{code}.{purpose}.json"

    def _confirmation_path(self, code: str) -> Path:
        return self._folder / f"{code}.confirmed"

    def _remove_old(self) -> None:
        oldest = (datetime.now(UTC) - _KEPT).timestamp()
        for path in self._folder.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


def _purpose(undoes: int | None) -> str:
    return _SUBMIT if undoes is None else f"undo-{undoes}"


def _code(purpose: str, content: bytes) -> str:
    return hashlib.sha256(f"{purpose}\n".encode() + content).hexdigest()[:32]


def _scope(proposal: Proposal) -> dict[str, str]:
    """What a confirmation is for."""
    return {
        "code": proposal.code,
        "purpose": proposal.purpose,
        "account": proposal.plan.account.fingerprint,
        "digest": proposal.plan.digest,
    }


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that nobody else can read, and that was not there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
