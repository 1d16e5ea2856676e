"""Items on their way into or out of the bank, and what is wrong with a file of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from hitouch.core.errors import Refusal
from proctoring.item_bank.content import ItemContent

MAX_SHOWN = 100


@dataclass(frozen=True)
class Clip:
    """The audio of a listening item."""

    name: str
    data: bytes
    content_type: str = ""


@dataclass(frozen=True)
class ItemRecord:
    """One item of a file. `where` names its row or its file in the package."""

    where: str
    code: str
    kind: str
    level: str
    topic: str
    content: ItemContent
    excludes: tuple[str, ...] = ()
    clip: Clip | None = None
    #: The SHA-256 of a clip that the file only names.
    clip_digest: str = ""


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one place of a file, as a sentence."""

    where: str
    field: str
    message: str

    def __str__(self) -> str:
        field = f", {self.field}" if self.field else ""
        return f"{self.where}{field}: {self.message}"


class InvalidImport(Refusal):
    """The file cannot be read, or items in it are wrong. Nothing of it was imported."""

    code = "invalid_import"
    status = 422
    field = "file"

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = tuple(faults)
        shown = [str(fault) for fault in self.faults[:MAX_SHOWN]]
        self.members = {"faults": shown}
        more = len(self.faults) - 1
        rest = f" There are {more} more faults." if more > 0 else ""
        super().__init__(f"Nothing was imported. {shown[0]}{rest}")


def unreadable(message: str, where: str = "The file") -> InvalidImport:
    """The refusal of a whole file."""
    return InvalidImport([RowFault(where, "", message)])
