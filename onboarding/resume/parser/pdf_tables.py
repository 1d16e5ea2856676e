"""Rows of tables in a PDF: cells of several lines are joined, and empty cells are kept."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from onboarding.resume.parser.pdf_segments import Line, Segment
from onboarding.resume.parser.sections import is_heading
from onboarding.resume.parser.tables import kinds_of


def join_rows(lines: list[Line], rules: list[float]) -> Iterator[Line]:
    """The lines, where those below the headings of a table are rows with a cell per heading."""
    index = 0
    while index < len(lines):
        header, taken = _header_at(lines, index)
        if header is None:
            yield lines[index]
            index += 1
            continue
        end = _end_of_table(lines, index + taken, header)
        yield header
        yield from _rows(lines[index + taken : end], header, rules)
        index = end


def _header_at(lines: list[Line], index: int) -> tuple[Line | None, int]:
    """The headings of a table, of one line or of two ("Year of / passing")."""
    if len(lines[index]) < 2:
        return None, 0
    if index + 1 < len(lines) and 0 < len(lines[index + 1]) < len(lines[index]):
        below = lines[index + 1]
        if all(_column_by_edge(segment, lines[index]) is not None for segment in below):
            both = _merge([lines[index], below], lines[index], _column_by_edge_or_last)
            if kinds_of([s.text for s in both]) and not kinds_of([s.text for s in lines[index]]):
                return both, 2
    is_header = kinds_of([segment.text for segment in lines[index]])
    return (lines[index], 1) if is_header else (None, 0)


def _end_of_table(lines: list[Line], index: int, header: Line) -> int:
    size = header[0].size
    previous = header[0].base
    while index < len(lines):
        line = lines[index]
        is_paragraph = len(line) == 1 and line[0].right > header[-1].left and len(header) > 2
        is_title = len(line) == 1 and is_heading(line[0].text)
        if is_paragraph or is_title or previous - line[0].base > 5 * size:
            return index
        previous = line[0].base
        index += 1
    return index


def _rows(lines: list[Line], header: Line, rules: list[float]) -> Iterator[Line]:
    by_edge = sum(
        any(abs(segment.left - head.left) < 4 for head in header)
        for line in lines
        for segment in line
    )
    count = sum(len(line) for line in lines)
    choose = _column_by_edge_or_last if by_edge > 0.6 * count else _column_by_centre
    for group in _groups(lines, header, rules):
        yield _merge(group, header, choose)


def _groups(lines: list[Line], header: Line, rules: list[float]) -> Iterator[list[Line]]:
    """Lines of one row: between two rules, or else with a small distance or no first cell."""
    gaps = [a[0].base - b[0].base for a, b in pairwise(lines)]
    least = min(gaps, default=0.0)
    pairs = zip([header, *lines], lines, strict=False)
    has_rules = any(_rule_between(rules, above, below) for above, below in pairs)
    has_gaps = bool(gaps) and max(gaps) > 1.25 * least
    group: list[Line] = []
    for line in lines:
        if group:
            last = group[-1]
            near = last[0].base - line[0].base < 1.15 * least
            first_is_empty = line[0].left > header[0].right
            if has_rules:
                same = not _rule_between(rules, last, line)
            else:
                same = near if has_gaps else first_is_empty
            if not same:
                yield group
                group = []
        group.append(line)
    if group:
        yield group


def _rule_between(rules: list[float], above: Line, below: Line) -> bool:
    return any(below[0].base + 1 < rule < above[0].base for rule in rules)


def _column_by_edge(segment: Segment, header: Line) -> int | None:
    near = [n for n, head in enumerate(header) if abs(segment.left - head.left) < 4]
    centre = (segment.left + segment.right) / 2
    near += [n for n, h in enumerate(header) if abs((h.left + h.right) / 2 - centre) < 4]
    return near[0] if near else None


def _column_by_edge_or_last(segment: Segment, header: Line) -> int:
    starts = [number for number, head in enumerate(header) if head.left < segment.left + 4]
    return starts[-1] if starts else 0


def _column_by_centre(segment: Segment, header: Line) -> int:
    centre = (segment.left + segment.right) / 2
    return min(
        range(len(header)), key=lambda n: abs((header[n].left + header[n].right) / 2 - centre)
    )


def _merge(group: list[Line], header: Line, choose: Callable[[Segment, Line], int]) -> Line:
    cells: list[list[str]] = [[] for _ in header]
    for line in group:
        for segment in line:
            cells[choose(segment, header)].append(segment.text.strip())
    base, size = group[0][0].base, group[0][0].size
    return [
        replace(head, base=base, size=size, text=" ".join(texts))
        for head, texts in zip(header, cells, strict=True)
    ]
