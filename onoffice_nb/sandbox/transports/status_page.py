"""A page that shows what goes on in a sandbox: its last requests, its links, its switches.

No script, nothing from outside, and every text escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING, Final

from onoffice_nb.catalogue import all_relations

if TYPE_CHECKING:
    from onoffice_nb.sandbox.sandbox import Sandbox

__all__ = ["HEADERS", "render"]

# The browser is to run nothing, load nothing, and be framed by nobody.
HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_SHOWN: Final = 200
_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; overflow-wrap: anywhere; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
td:first-child { white-space: nowrap; }
:root { color-scheme: light dark; }
"""


def render(box: Sandbox, suffix: str = "") -> str:
    """The page as HTML; with the suffix of a relation type, its links one by one."""
    relations = {relation.suffix: relation for relation in all_relations()}
    if suffix in relations:
        pairs = sorted(box.links(relations[suffix]))
        rest = f"<p>and {len(pairs) - _SHOWN} more</p>" if len(pairs) > _SHOWN else ""
        body = (
            f"<p><a href='/'>all relation types</a></p><h2>{_text(relations[suffix].description)}</h2>"
            + _table((relations[suffix].parent, relations[suffix].child), pairs[:_SHOWN])
            + rest
        )
    else:
        counts = {name: len(box.links(relation)) for name, relation in relations.items()}
        links = "".join(
            f"<tr><td><a href='?relation={_text(name)}'>{_text(name)}</a></td>"
            f"<td>{_text(relations[name].label_en)}</td><td>{count}</td></tr>"
            for name, count in counts.items()
            if count
        )
        switches = [
            (switch.name, getattr(box.behaviour, switch.name), switch.metadata["mark"], switch.metadata["fact"])
            for switch in fields(box.behaviour)
        ]
        body = (
            "<h2>Last requests</h2>"
            + _table(("time", "HTTP", "what"), ((*str(entry).split(" · ", 2),) for entry in reversed(box.log.copy())))
            + f"<h2>Links</h2><table><tr><th>relation type</th><th></th><th>links</th></tr>{links}</table>"
            + "<h2>What nobody knows of the real API, and how it is here</h2>"
            + _table(("switch", "setting", "source", "fact"), switches)
        )
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><meta http-equiv='refresh' content='3'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{_text(box.account)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{_text(box.account)}</h1>{body}</body></html>"
    )


def _table(headers: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    head = "".join(f"<th>{_text(header)}</th>" for header in headers)
    lines = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{lines}</table>"


def _text(value: object) -> str:
    return escape(str(value))
