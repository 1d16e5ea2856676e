"""A paper's pages: from plain words to a PDF/A, the same bytes for the same words."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from onboarding.agreements import text as agreements_text

HERE = Path(__file__).parent
#: PDF/A-3 may carry the exact text beside the pages; PDF/UA is what screen readers need.
STANDARDS: Any = ["a-3a", "ua-1"]


@dataclass(frozen=True)
class PdfFact:
    """One line of the evidence."""

    label: str
    value: str | tuple[str, str]
    kind: Literal["text", "moment", "hash"] = "text"

    @property
    def lines(self) -> tuple[str, ...]:
        """The value, a moment in both of its zones."""
        return (self.value,) if isinstance(self.value, str) else self.value


@dataclass(frozen=True)
class PdfSection:
    """A part of the evidence page."""

    title: str
    rows: Sequence[PdfFact] = ()
    sentences: Sequence[str] = ()


@dataclass(frozen=True)
class PdfDocument:
    """What stands on the pages."""

    title: str
    about: str
    foot: str
    text: str
    lead: str
    sections: Sequence[PdfSection] = field(default_factory=list)


@cache
def _fonts() -> typst.Fonts:
    """Found once a process: those of the folder and those of typst, none of the machine's."""
    return typst.Fonts(include_system_fonts=False, font_paths=[HERE / "fonts"])


def render_pdf(paper: PdfDocument, *, at: datetime) -> bytes:
    """The PDF. The moment is the one that the file names as its making."""
    facts: dict[str, Any] = asdict(paper)
    facts["blocks"] = [asdict(block) for block in agreements_text.layout_blocks(paper.text)]
    return bytes(
        typst.compile(
            HERE / "layout.typ",
            root=HERE,
            font_paths=_fonts(),
            package_path=HERE,
            package_cache_path=HERE,
            sys_inputs={"paper": json.dumps(facts, ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=int(at.timestamp()),
        )
    )
