"""Segments of text on a page of a PDF, with their positions."""

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from onboarding.resume.parser.sections import BULLET_SIGNS, plain_signs

MAX_CHARACTERS = 60_000
#: In heights of the text: a space, and the space between cells.
SPACE, CELL_GAP = 0.15, 0.85
#: Stands in a text where bold letters begin or end.
WEIGHT_CHANGE = "\x1f"


@dataclass(frozen=True)
class Segment:
    """Text on one baseline without a wide gap. Coordinates in points, from the bottom left."""

    left: float
    right: float
    base: float
    size: float
    text: str
    weight: int = 0


#: Segments on one baseline, from left to right.
Line = list[Segment]


@dataclass(frozen=True)
class Region:
    """Segments of a page or column, heights of horizontal rules, and where the text may end."""

    segments: list[Segment]
    rules: list[float]
    right: float


def page_content(page: pypdfium2.PdfPage) -> Region:
    """A page, whose right margin is taken to be as wide as the left one."""
    text_page = page.get_textpage()  # held, because it is closed with its last reference
    segments = _joined(_runs(text_page.raw))
    left = min((segment.left for segment in segments), default=0.0)
    return Region(segments, _horizontal_rules(page), page.get_width() - left)


def _horizontal_rules(page: pypdfium2.PdfPage) -> list[float]:
    """Heights of the horizontal lines and edges of boxes on a page."""
    heights = set()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if right - left > 20:
            heights |= {bottom, top}
    return sorted(heights)


def _runs(text_page: "pdfium.FPDF_TEXTPAGE") -> Iterator[Segment]:
    """Characters that follow one another on a baseline."""
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    run: list[tuple[float, float, str]] = []
    base = size = 0.0
    weight = 0
    for index in range(min(pdfium.FPDFText_CountChars(text_page), MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1 or code in (0, 10, 13):
            continue
        pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
        pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
        height = box.top - box.bottom
        if height < 2 or box.right < box.left:
            continue
        weight_here = pdfium.FPDFText_GetFontWeight(text_page, index)
        continues = (
            run
            and weight_here in (weight, -1)
            and abs(y.value - base) < 0.15 * size
            and -1.0 * size < box.left - run[-1][1] < CELL_GAP * size
        )
        if not continues:
            if run:
                yield _segment(run, base, size, weight)
            run, base, size = [], y.value, height
            weight = weight_here
        run.append((box.left, box.right, _character(code)))
    if run:
        yield _segment(run, base, size, weight)


def _character(code: int) -> str:
    if 0xE000 <= code <= 0xF8FF:  # a sign of a symbol font
        return "•"
    return "-" if code == 2 else chr(code) if code < 0x110000 else ""


def _segment(run: list[tuple[float, float, str]], base: float, size: float, weight: int) -> Segment:
    """The text of a run. Letters that are spaced out, as in headings, are set closer."""
    gaps = [max(0.0, b[0] - a[1]) for a, b in pairwise(run)]
    usual = median(gaps) if len(gaps) > 4 else 0.0
    limit = max(SPACE * size, 1.8 * usual)
    text = run[0][2]
    for gap, (_, _, letter) in zip(gaps, run[1:], strict=True):
        text += f" {letter}" if gap > limit else letter
    return Segment(run[0][0], run[-1][1], base, size, plain_signs(text), weight)


def _joined(runs: Iterable[Segment]) -> list[Segment]:
    """Runs on one baseline, joined where only a space is between them."""
    rows: list[list[Segment]] = []
    for run in sorted(runs, key=lambda run: (-run.base, run.left)):
        fits = rows and abs(rows[-1][0].base - run.base) < 0.2 * min(run.size, rows[-1][0].size)
        if fits:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [segment for row in rows for segment in _joined_row(row)]


def _joined_row(row: list[Segment]) -> list[Segment]:
    found: list[Segment] = []
    for run in sorted(row, key=lambda run: run.left):
        last = found[-1] if found else None
        if last and run.text == last.text and abs(run.left - last.left) < 0.1 * run.size:
            continue  # drawn twice, to look bold
        size = max(run.size, last.size) if last else run.size
        gap = run.left - last.right if last else 0.0
        if last and (gap < CELL_GAP * size or (_is_bullet(last.text) and gap < 4 * size)):
            is_word = gap > SPACE * size or _is_bullet(last.text)
            changes = run.weight != last.weight and is_word and not _is_bullet(last.text)
            mark = WEIGHT_CHANGE if changes else ""
            text = f"{last.text}{' ' if is_word else ''}{mark}{run.text}"
            found[-1] = replace(
                last, right=max(run.right, last.right), size=size, text=text, weight=run.weight
            )
        else:
            found.append(run)
    return [segment for segment in found if segment.text.strip()]


def _is_bullet(text: str) -> bool:
    return len(text.strip()) == 1 and text.strip() in BULLET_SIGNS
