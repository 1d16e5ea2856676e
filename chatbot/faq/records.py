"""What a file of FAQ entries holds, and the faults of such a file."""

from dataclasses import dataclass, field
from decimal import Decimal

from chatbot.models import FaqText, HelpLanguage
from hitouch.core.errors import Refusal

LONGEST_QUESTION = 200
LONGEST_ANSWER = FaqText._meta.get_field("answer").max_length or 4000
#: More than this is no FAQ: the file is refused before it is read.
MAX_BYTES = 2 * 1024 * 1024
MAX_ENTRIES = 1000
MAX_PHRASINGS = 200
MAX_FAULTS_SHOWN = 50
LANGUAGES = tuple(HelpLanguage.values)


@dataclass(frozen=True)
class FaqFault:
    """What is wrong in a file, and in which line (from 1; 0 concerns the whole file)."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.text}" if self.line else self.text


class InvalidFaqFile(Refusal):
    """The file cannot be imported; nothing of it was."""

    code = "file_invalid"
    status = 422
    field = "file"

    def __init__(self, faults: list[FaqFault]) -> None:
        self.faults = faults
        shown = [str(fault) for fault in faults[:MAX_FAULTS_SHOWN]]
        if len(faults) > MAX_FAULTS_SHOWN:
            shown.append(f"And {len(faults) - MAX_FAULTS_SHOWN} more.")
        super().__init__("\n".join(shown))


@dataclass(frozen=True)
class TextRecord:
    """Question and answer in one language."""

    question: str
    answer: str


@dataclass
class EntryRecord:
    """One entry of a file."""

    key: str
    category: str
    line: int
    texts: dict[str, TextRecord] = field(default_factory=dict)
    phrasings: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class CategoryRecord:
    """One category of a file. What is None stays as it is in the database."""

    title: str
    line: int
    position: int | None = None
    answer_threshold: Decimal | None = None
    skill: str | None = None
    entries: list[EntryRecord] = field(default_factory=list)
