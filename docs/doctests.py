"""Examples of docstrings as blocks of code: griffe knows sections called `Examples`, ours are `Example` or nothing."""

from __future__ import annotations

import re
from textwrap import indent
from typing import Any

import griffe


class Doctests(griffe.Extension):
    """Gives each example the heading by which griffe's parser knows it."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of an object that was just loaded.

        Args:
            obj: A module, class, function or attribute.
        """
        if obj.docstring is not None:
            obj.docstring.value = with_headings(obj.docstring.value)


def with_headings(docstring: str) -> str:
    """A docstring whose doctests all stand in sections called `Examples`.

    Args:
        docstring: As it was written, its indentation taken away.

    Returns:
        The same with other headings.

    Example:
        >>> print(with_headings("One.\\n\\nExample:\\n    >>> 1\\n    1"))
        One.
        <BLANKLINE>
        Examples:
            >>> 1
            1
        >>> print(with_headings("Two.\\n\\n>>> 2\\n2"))
        Two.
        <BLANKLINE>
        Examples:
            >>> 2
            2
    """
    headed = re.sub(r"^Example:$", "Examples:", docstring, flags=re.MULTILINE)
    bare = re.search(r"^>>> ", headed, flags=re.MULTILINE)
    if bare is None:
        return headed
    return f"{headed[: bare.start()]}Examples:\n{indent(headed[bare.start() :], '    ')}"
