"""Extracts the text of a PDF in reading order: column by column, cells separated by tabs.

A blank line stands for a gap between lines, and a form feed for the start of a column.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import pypdfium2

from onboarding.resume.parser.date_ranges import is_date_or_range
from onboarding.resume.parser.education import INSTITUTION, level_of
from onboarding.resume.parser.pdf.segments import WEIGHT_CHANGE, Line, Region, Segment, page_content
from onboarding.resume.parser.pdf.tables import join_rows
from onboarding.resume.parser.sections import BULLET_SIGNS, COLUMN, is_heading
from onboarding.resume.parser.tables import kinds_of
from onboarding.resume.parser.units import ROLE_NOUNS

#: In heights of the text: the distance of lines with a gap between them.
LINE_GAP = 1.75
MIN_COLUMN_LINES = 3
#: On a page with more pieces of text, no columns are looked for.
MAX_SEGMENTS = 1200
#: A shorter line is not taken for one that was wrapped.
MIN_WRAPPED, MIN_TIGHT = 38, 16
_NAMED = re.compile(rf"\b(?:{ROLE_NOUNS})\b|{INSTITUTION.pattern}", re.IGNORECASE)
_LABEL = re.compile(r"[A-Z][\w ]{2,20}\s*:")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,2}\s*(?:of|/)\s*\d{1,2}|page\s*\d{1,2}", re.IGNORECASE)


def pdf_text(data: bytes) -> str:
    """The text of all pages. Raises `pypdfium2.PdfiumError`."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page_content(page) for page in document]
    repeated = _repeated_texts([page.segments for page in pages])
    parts: list[str] = []
    plain = [replace(page, segments=_without(page.segments, repeated)) for page in pages]
    for group in _grouped_pages(plain):
        lines = list(_text_lines(group))
        parts += [COLUMN, *lines] if lines else []
    return "\n".join(parts)


def _repeated_texts(pages: list[list[Segment]]) -> set[tuple[str, int]]:
    """Headers and footers: texts at the same height of more than one page."""
    seen: dict[tuple[str, int], int] = {}
    for segments in pages:
        for place in {(segment.text, round(segment.base / 4)) for segment in segments}:
            seen[place] = seen.get(place, 0) + 1
    return {place for place, count in seen.items() if count > 1 and count > len(pages) / 2}


def _without(segments: list[Segment], repeated: set[tuple[str, int]]) -> list[Segment]:
    return [
        segment
        for segment in segments
        if (segment.text, round(segment.base / 4)) not in repeated
        and not _PAGE_NUMBER.fullmatch(segment.text.strip())
    ]


def _grouped_pages(pages: list[Region]) -> list[list[Region]]:
    """Blocks in reading order. A column that goes on on the next page is one group."""
    groups: list[tuple[int, list[Region]]] = []
    gutter: float | None = None
    for page in pages:
        blocks, gutter = _blocks(page.segments, gutter)
        for column, members in blocks:
            right = gutter if gutter and column == 1 else page.right
            region = replace(page, segments=members, right=right)
            last = groups[-2:] if column else groups[-1:]
            open_group = next((group for number, group in last if number == column), None)
            if open_group is None:
                groups.append((column, [region]))
            else:
                open_group.append(region)
    return [group for _, group in groups]


def _blocks(
    segments: list[Segment], gutter: float | None
) -> tuple[list[tuple[int, list[Segment]]], float | None]:
    """The parts of a page: above the columns, the narrow column, the wide one, below them."""
    split = _find_columns(segments)
    if split is None:
        side = _only_side(segments, gutter)
        return [(side, segments)], gutter if side else None
    x, top, bottom = split
    inside = [s for s in segments if bottom <= s.base <= top]
    left = [s for s in inside if s.right <= x]
    right = [s for s in inside if s.right > x]
    sides = [(1, left), (2, right)]
    if _width(right) < _width(left):
        sides.reverse()
    above = [s for s in segments if s.base > top]
    below = [s for s in segments if s.base < bottom]
    under = _only_side(below, x)
    parts = [(0, above), *sides, (under, below)]
    return [(column, members) for column, members in parts if members], x


def _only_side(segments: list[Segment], gutter: float | None) -> int:
    """The column of a page that goes on with one column of the page before, or 0."""
    if gutter is None or not segments:
        return 0
    if all(segment.right <= gutter for segment in segments):
        return 1
    return 2 if all(segment.left >= gutter - 2 for segment in segments) else 0


def _width(segments: list[Segment]) -> float:
    return max(s.right for s in segments) - min(s.left for s in segments)


def _find_columns(segments: list[Segment]) -> tuple[float, float, float] | None:
    """Where two columns meet: their x, and the heights of their top and bottom."""
    if len(segments) > MAX_SEGMENTS:
        return None
    lefts = sorted(segment.left for segment in segments)
    best: tuple[int, int, float, float, float] | None = None
    for x in sorted(set(map(round, lefts[1:]))):
        starts = bisect_left(lefts, x + 2.5) - bisect_left(lefts, x - 2.5)
        if starts < MIN_COLUMN_LINES:
            continue
        for whole in _bands(segments, x - 2.0):
            band = _below_first_heading(whole, x - 2.0)
            if titled := _titled_columns(band, x - 2.0):
                bases = [segment.base for segment in band]
                found = (titled, len(band), x - 2.0, max(bases), min(bases))
                best = max(best, found) if best else found
    return best[2:] if best else None


def _bands(segments: list[Segment], x: float) -> Iterator[list[Segment]]:
    """Segments, from the top, between those that cross a vertical line."""
    band: list[Segment] = []
    for segment in sorted(segments, key=lambda segment: -segment.base):
        if segment.left < x and segment.right > x:
            yield band
            band = []
        else:
            band.append(segment)
    yield band


def _below_first_heading(band: list[Segment], x: float) -> list[Segment]:
    """Without what is above the first heading, and without jobs with dates at the right margin."""
    top = max((s.base for s in band if is_heading(s.text)), default=None)
    if top is None:
        return band
    right = [s for s in band if s.left >= x]
    right_top = max((s.base for s in right if is_heading(s.text)), default=top)
    if any(is_date_or_range(s.text) for s in right if s.base > right_top):
        top = right_top
    return [segment for segment in band if segment.base < top + 1]


def _titled_columns(band: list[Segment], x: float) -> int:
    """How many of the two sides have headings, or 0 if they are no columns.

    Columns are texts of their own, and not cells, dates or labels of each other.
    """
    left, right = ([s for s in band if (s.left < x) is side] for side in (True, False))
    heights = [sorted({round(s.base) for s in side}) for side in (left, right)]
    smaller = min(map(len, heights))
    if smaller < MIN_COLUMN_LINES or _is_dates(left, right) or _has_table(band):
        return 0
    headings = [any(is_heading(s.text) for s in side) for side in (left, right)]
    if all(headings):
        return 2
    aligned = sum(_has_near(heights[1], height) for height in heights[0])
    return int(any(headings) and smaller > MIN_COLUMN_LINES and aligned < 0.4 * smaller)


def _is_dates(left: list[Segment], right: list[Segment]) -> bool:
    """Whether one side has the dates of what the other side names."""
    for side, other in ((left, right), (right, left)):
        dates = sum(is_date_or_range(segment.text) for segment in side)
        named = any(_NAMED.search(s.text) or level_of(s.text) for s in side)
        if dates >= 0.25 * len(side) and not named:
            return not any(is_date_or_range(segment.text) for segment in other)
    return False


def _has_table(band: list[Segment]) -> bool:
    """Whether the headings of a table stand on both sides."""
    return any(kinds_of([segment.text for segment in line]) for line in _lines(band))


def _has_near(heights: list[int], height: int) -> bool:
    index = bisect_left(heights, height - 1)
    return index < len(heights) and heights[index] <= height + 1


def _text_lines(regions: Sequence[Region]) -> Iterator[str]:
    """The lines of one column: cells by tabs, wrapped lines joined, gaps as blank lines."""
    for region in regions:
        lines = _lines(region.segments)
        if not lines:
            continue
        edge, widest = _right_edge(lines, region.right), max(line[-1].right for line in lines)
        usual, middle = _usual_leadings(lines)
        texts: list[str] = []
        last: Line | None = None
        for line in join_rows(lines, region.rules):
            gap = last[-1].base - line[0].base if last else 0.0
            is_tight = gap < 0.9 * middle
            limit = widest if is_tight else edge
            if last and _is_wrapped(last, line, limit, gap, is_tight=is_tight):
                texts[-1] = _unhyphenated(texts[-1], _line_text(line))
            else:
                is_gap = last and gap > max(1.3 * usual, LINE_GAP * last[0].size * 0.8)
                texts += [""] if is_gap else []
                texts.append(_line_text(line))
            last = line
        yield from texts


def _unhyphenated(text: str, rest: str) -> str:
    if re.search(r"[a-z]-$", text) and rest[:1].islower():
        return text[:-1] + rest
    return f"{text} {rest}"


def _lines(segments: list[Segment]) -> list[Line]:
    """Segments of one height, from left to right."""
    lines: list[Line] = []
    for segment in sorted(segments, key=lambda segment: -segment.base):
        near = lines and lines[-1][0].base - segment.base < 0.35 * min(
            segment.size, lines[-1][0].size
        )
        if near:
            lines[-1].append(segment)
        else:
            lines.append([segment])
    return [sorted(line, key=lambda segment: segment.left) for line in lines]


def _right_edge(lines: list[Line], right: float) -> float:
    """Where long lines end. It is known if two of them end near each other and near the margin."""
    ends = sorted((line[-1].right for line in lines), reverse=True)
    left = min(line[0].left for line in lines)
    is_known = (
        len(ends) > 1
        and ends[1] > ends[0] - 0.12 * (ends[0] - left)
        and ends[0] > left + 0.8 * (right - left)
    )
    return ends[0] if is_known else ends[0] + 200


def _usual_leadings(lines: list[Line]) -> tuple[float, float]:
    """A small and the middle one of the distances between lines."""
    gaps = sorted(a[0].base - b[0].base for a, b in pairwise(lines))
    return (gaps[len(gaps) // 3], gaps[len(gaps) // 2]) if gaps else (0.0, 0.0)


def _line_text(line: Line) -> str:
    """The cells of a line. Where two texts differ in weight only, they are cells too."""
    text = "\t".join(segment.text.strip() for segment in line)
    first, mark, second = text.partition(WEIGHT_CHANGE)
    is_pair = (
        mark
        and WEIGHT_CHANGE not in second
        and len(text) < 100
        and re.search(r"[\w)\]]{2}$", first.strip())
        and not re.search(r"\b(?:at|in|of|and|for|with|from|the)$", first.strip(), re.IGNORECASE)
        and re.match(r"\s*[A-Z0-9][\w.]", second)
        and first[:1] not in BULLET_SIGNS
    )
    return f"{first.strip()}\t{second.strip()}" if is_pair else text.replace(WEIGHT_CHANGE, "")


def _is_wrapped(last: Line, line: Line, edge: float, gap: float, *, is_tight: bool) -> bool:
    """Whether a line is the rest of the line above, because its first word did not fit there."""
    above, below = last[-1], line[0]
    if len(line) > 1 or gap > LINE_GAP * above.size:
        return False
    if above.weight != below.weight or abs(above.size - below.size) > 0.5:
        return False
    is_next = re.search(r"\b(?:19|20)\d\d\W*$", above.text) or (
        level_of(below.text) and level_of(above.text) and INSTITUTION.search(above.text)
    )
    if is_next or below.text.lstrip()[:1] in BULLET_SIGNS or _LABEL.match(below.text):
        return False
    if above.text.lstrip()[:1] in BULLET_SIGNS and below.left > above.left + 3:
        return True
    if len(last) > 1 and abs(below.left - above.left) > 3:
        return False
    word = below.text.split()[0]
    needed = (below.right - below.left) * (len(word) + 1) / max(1, len(below.text))
    is_full = above.right + needed > edge
    is_long = len(above.text) >= (MIN_TIGHT if is_tight else MIN_WRAPPED)
    return is_full and is_long and below.left <= above.left + 3
