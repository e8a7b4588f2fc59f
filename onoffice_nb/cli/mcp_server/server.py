"""The MCP server: each tool registered with the SDK, what we say on purpose passed on, all else kept back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from onoffice_nb.api.client import Client
from onoffice_nb.cli.mcp_server.confirmations import Confirmations
from onoffice_nb.cli.mcp_server.tools import Tools
from onoffice_nb.errors import OnOfficeError
from onoffice_nb.extras import extra

if TYPE_CHECKING:
    from mcp.server import MCPServer

__all__ = ["build_server"]

_INSTRUCTIONS: Final = """Links between records of the CRM onOffice enterprise, in the account {account}.

Read, plan and preview as you like: nothing is written by that. What is to be written, a person confirms in a terminal,
by the code of the plan; then `submit` sends exactly this plan, once. The same goes for `plan_undo` and `undo`.
Ids are never guessed: show the person the rejects of a table with their reasons."""


_Method: TypeAlias = Callable[..., dict[str, Any]]


def build_server(crm: Client, folder: Path, confirmations: Confirmations | None = None) -> MCPServer[Any]:
    """The server of one account, not running yet.

    Args:
        crm: The account.
        folder: Where tables are read from.
        confirmations: What a person has confirmed; by default in the user's data folder.

    Returns:
        The server; its `run()` speaks over stdin and stdout.

    Raises:
        MissingExtra: The SDK is not installed.
    """
    with extra("mcp", "The MCP server"):
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.types import ToolAnnotations

    # The SDK runs tools in threads, several at once.
    lock = Lock()

    def as_tool(method: _Method) -> _Method:
        @wraps(method)
        def tool(*args: Any, **kwargs: Any) -> dict[str, Any]:
            try:
                with lock:
                    return method(*args, **kwargs)
            except (OnOfficeError, OSError) as error:
                raise ToolError(str(error)) from None

        return tool

    server: MCPServer[Any] = MCPServer(
        "onoffice-nb",
        instructions=_INSTRUCTIONS.format(account=crm.account),
        version=version("onoffice_nb"),
        log_level="ERROR",
    )
    tools = Tools(crm, folder, confirmations or Confirmations())
    reading: tuple[_Method, ...] = (
        tools.relation_types,
        tools.read_records,
        tools.read_links,
        tools.read_table,
        tools.read_pairs,
        tools.plan,
        tools.preview,
        tools.plan_undo,
        tools.report,
        tools.runs,
    )
    for method in reading:
        server.add_tool(as_tool(method), annotations=ToolAnnotations(read_only_hint=True))
    writing: tuple[_Method, ...] = (tools.submit, tools.undo)
    for method in writing:
        server.add_tool(as_tool(method), annotations=ToolAnnotations(read_only_hint=False, destructive_hint=True))
    return server
