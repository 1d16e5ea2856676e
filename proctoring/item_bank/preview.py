"""An item as the assessment shows it, for the template of a question, without a sitting."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from proctoring.models import ItemVersion


@dataclass(frozen=True)
class PreviewQuestion:
    """What the template of a question reads. It has no key."""

    pk: UUID
    version: ItemVersion
    position: int = 1
    given: str = ""
    held: Any = field(
        default_factory=lambda: SimpleNamespace(entry=SimpleNamespace(pk=""), value="")
    )
    marked: bool = False

    @property
    def options(self) -> list[tuple[str, str]]:
        """The options in the order in which they were written."""
        return list(self.version.options.items())


def question_of(version: ItemVersion) -> PreviewQuestion:
    """A version as a question."""
    return PreviewQuestion(pk=version.pk, version=version)
