"""Render a Typst page as an archivable, accessible PDF. The same content gives the same bytes."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from hitouch.core.printing import fonts

#: Papers import what they share by its path from here.
ROOT = Path(__file__).parents[3]
#: PDF/A-3 allows attachments; PDF/UA makes it accessible.
STANDARDS: Any = ["a-3a", "ua-1"]


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


def render(page: Path, content: dict[str, Any], *, at: datetime) -> bytes:
    """Render `page`, which gets `content` as the input `paper`. `at` becomes its creation date.

    Every word of the content is data for Typst, so none can be markup.
    """
    return bytes(
        typst.compile(
            page,
            root=ROOT,
            font_paths=_fonts(),
            package_path=page.parent,
            package_cache_path=page.parent,
            sys_inputs={"paper": json.dumps(content, ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=int(at.timestamp()),
        )
    )
