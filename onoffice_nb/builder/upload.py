"""A file on its way from the browser: it comes in pieces, as front ends bound the size of a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import printable
from onoffice_nb.intake.files import MAX_FILE_BYTES

__all__ = ["MAX_PIECE_BYTES", "Upload"]

# What the front end sends at once.
MAX_PIECE_BYTES: Final = 1_000_000


@dataclass
class Upload:
    """What has arrived of a file or of a long text.

    Attributes:
        number: By which the front end tells its uploads apart.
        name: The name of the file.
        size: How many bytes are to come in all.
        where: For a pasted text the field that it was pasted into; None for a file.
        content: What has arrived.
    """

    number: str
    name: str
    size: int
    where: str | None = None
    content: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.name = printable(self.name)[:200]
        if not 0 <= self.size <= MAX_FILE_BYTES:
            raise PairsError(
                f"{self.name} has {self.size:,} bytes, and no more than {MAX_FILE_BYTES:,} are read. Save it with the"
                " columns that are needed alone."
            )

    @property
    def is_complete(self) -> bool:
        """Whether all has arrived."""
        return len(self.content) == self.size

    def add(self, offset: int, pieces: Sequence[memoryview]) -> None:
        """Take the next piece.

        Args:
            offset: Where it begins.
            pieces: Its content.

        Raises:
            PairsError: It is not the next one, or more than was announced.
        """
        if offset != len(self.content) or len(self.content) + sum(map(len, pieces)) > self.size:
            raise PairsError(f"{self.name} did not arrive as it was sent. Drop it once more.")
        for piece in pieces:
            self.content += bytes(piece)
