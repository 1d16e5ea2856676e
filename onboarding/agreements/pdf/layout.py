"""Render agreements as PDF/A with Typst. The same content gives the same bytes."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from hitouch.core.printing import fonts
from onboarding.agreements import text as agreements_text

HERE = Path(__file__).parent
CODE_POINTS = (
    "Characters that these pages cannot show stand as their Unicode code points, such as "
    "[U+1F600]; the attached text has them as they were."
)
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


def with_code_points(value: Any) -> Any:
    """The texts of a value with code points for characters that cannot be drawn.

    Names were not always checked when they were entered, and a browser's name never is. What
    cannot be drawn would end the rendering; a direction override would show another name.
    """
    if isinstance(value, str):
        hidden = fonts.undrawable_in(value.replace("\n", ""))
        return value.translate({ord(char): f"[U+{ord(char):04X}]" for char in hidden})
    if isinstance(value, dict):
        return {key: with_code_points(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [with_code_points(inner) for inner in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    """Loaded once per process: bundled fonts and Typst's own, never the system's."""
    return typst.Fonts(include_system_fonts=False, font_paths=[fonts.DIRECTORY])


def render_pdf(document: PdfDocument, *, at: datetime) -> bytes:
    """Render the PDF. `at` becomes its creation date."""
    blocks = [asdict(block) for block in agreements_text.layout_blocks(document.text)]
    typed = json.dumps({**asdict(document), "blocks": blocks}, ensure_ascii=False)
    shown = with_code_points(json.loads(typed))
    content: dict[str, Any] = {**shown, "text": document.text}
    if json.dumps(shown, ensure_ascii=False) != typed:
        content["lead"] += f" {CODE_POINTS}"
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
