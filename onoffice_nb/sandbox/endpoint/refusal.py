"""What the sandbox answers instead of doing what it was asked for."""

from __future__ import annotations

from onoffice_nb.errors import SandboxError, api_code

__all__ = ["ApiRefusal"]


class ApiRefusal(SandboxError):
    """A request or an action that is refused, with the API's code and its own message.

    Never leaves the sandbox: it becomes an error on the level where it arose.

    >>> ApiRefusal(75, "Id2").message
    'Unknown field: "Id2"'
    """

    def __init__(self, code: int, *values: object) -> None:
        message = api_code(code).message
        # No message of the API has more than one gap.
        self.message: str = message.replace("%s", ", ".join(str(value) for value in values))
        self.code = code
        super().__init__(f"{code}: {self.message}")
