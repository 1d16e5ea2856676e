"""Render agreements as PDF/A with Typst. The same content gives the same bytes."""

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
#: PDF/A-3 allows the exact text as an attachment; PDF/UA makes it accessible.
STANDARDS: Any = ["a-3a", "ua-1"]


@dataclass(frozen=True)
class PdfFact:
    """One labelled line of the evidence."""

    label: str
    value: str | tuple[str, str]
    kind: Literal["text", "moment", "hash"] = "text"

    @property
    def lines(self) -> tuple[str, ...]:
        """The value as lines: a moment has one for each time zone."""
        return (self.value,) if isinstance(self.value, str) else self.value


@dataclass(frozen=True)
class PdfSection:
    """A part of the evidence page."""

    title: str
    rows: Sequence[PdfFact] = ()
    sentences: Sequence[str] = ()


@dataclass(frozen=True)
class PdfDocument:
    """Content of a PDF."""

    title: str
    about: str
    foot: str
    text: str
    lead: str
    sections: Sequence[PdfSection] = field(default_factory=list)


@cache
def _fonts() -> typst.Fonts:
    """Loaded once per process: bundled fonts and Typst's own, never the system's."""
    return typst.Fonts(include_system_fonts=False, font_paths=[HERE / "fonts"])


def render_pdf(document: PdfDocument, *, at: datetime) -> bytes:
    """Render the PDF. `at` becomes its creation date."""
    content: dict[str, Any] = asdict(document)
    content["blocks"] = [asdict(block) for block in agreements_text.layout_blocks(document.text)]
    return bytes(
        typst.compile(
            HERE / "layout.typ",
            root=HERE,
            font_paths=_fonts(),
            package_path=HERE,
            package_cache_path=HERE,
            sys_inputs={"paper": json.dumps(content, ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=int(at.timestamp()),
        )
    )
