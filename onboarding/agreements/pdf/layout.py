"""Render agreements as PDF/A with Typst. The same content gives the same bytes."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from hitouch.core.printing import typst_pdf
from onboarding.agreements import text as agreements_text

HERE = Path(__file__).parent
CODE_POINTS = (
    "Characters that these pages cannot show stand as their Unicode code points, such as "
    "[U+1F600]; the attached text has them as they were."
)


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


def render_pdf(document: PdfDocument, *, at: datetime) -> bytes:
    """Render the PDF. `at` becomes its creation date."""
    blocks = [asdict(block) for block in agreements_text.layout_blocks(document.text)]
    typed = json.dumps({**asdict(document), "blocks": blocks}, ensure_ascii=False)
    shown = typst_pdf.with_code_points(json.loads(typed))
    content: dict[str, Any] = {**shown, "text": document.text}
    if json.dumps(shown, ensure_ascii=False) != typed:
        content["lead"] += f" {CODE_POINTS}"
    return typst_pdf.render(HERE / "layout.typ", content, at=at)
