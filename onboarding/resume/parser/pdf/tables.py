"""Rows of tables in a PDF: cells of several lines are joined, and empty cells are kept."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from onboarding.resume.parser.pdf.segments import Line, Segment
from onboarding.resume.parser.sections import is_heading
from onboarding.resume.parser.tables import kinds_of

MAX_HEADER_LINES = 3


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
    """The headings of a table and how many lines they take ("Year of / passing")."""
    best: tuple[Line | None, int] = (None, 0)
    most = 0
    for count in range(1, MAX_HEADER_LINES + 1):
        group = lines[index : index + count]
        if len(group) < count or any(
            a[0].base - b[0].base > 1.5 * a[0].size for a, b in pairwise(group)
        ):
            break
        if len(group[0]) == 1 and (count == 1 or is_heading(group[0][0].text)):
            continue
        cells = _cells_of_header(group)
        kinds = kinds_of([cell.text for cell in cells]) if len(cells) > 1 else None
        known = sum(bool(kind) for kind in kinds or ()) - 2 * (kinds or []).count("")
        if known > most:
            best, most = (cells, count), known
    return best


def _cells_of_header(group: list[Line]) -> Line:
    """Segments of some lines, joined where one is below the other."""
    cells: Line = []
    for segment in (segment for line in group for segment in line):
        over = [n for n, c in enumerate(cells) if c.left < segment.right and segment.left < c.right]
        if over:
            cell = cells[over[0]]
            left, right = min(cell.left, segment.left), max(cell.right, segment.right)
            text = f"{cell.text.strip()} {segment.text.strip()}"
            cells[over[0]] = replace(cell, left=left, right=right, text=text)
        else:
            cells.append(segment)
    lowest = group[-1][0].base
    return sorted((replace(c, base=lowest) for c in cells), key=lambda cell: cell.left)


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
    tight = min(1.5 * header[0].size, 0.8 * max(gaps, default=0.0))
    has_gaps = bool(gaps) and max(gaps) > 1.25 * least
    group: list[Line] = []
    for line in lines:
        if group:
            last = group[-1]
            near = last[0].base - line[0].base < max(1.15 * least, tight)
            is_close = last[0].base - line[0].base < 1.5 * header[0].size
            first_is_empty = line[0].left > header[0].right
            if has_rules:
                same = not _rule_between(rules, last, line)
            else:
                is_rest = len(line) <= len(header) / 2 and len(line) < len(group[0]) and is_close
                same = near or is_rest if has_gaps else first_is_empty or is_rest
            if not same:
                yield group
                group = []
        group.append(line)
    if group:
        yield group


def _rule_between(rules: list[float], above: Line, below: Line) -> bool:
    return any(below[0].base + 1 < rule < above[0].base for rule in rules)


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
