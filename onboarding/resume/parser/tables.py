"""Tables with headings, such as "Degree | Institution | Year | %". Cells are separated by tabs."""

from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.resume.parser.sections import is_heading
from onboarding.resume.parser.table_headings import column_kinds


@dataclass(frozen=True)
class Table:
    """Rows as dictionaries from kind to text, and the lines before and after the table."""

    rows: list[dict[str, str]]
    start: int
    end: int


def kinds_of(cells: Sequence[str]) -> list[str] | None:
    """What each column holds if these cells are the headings of a table, and not of sections."""
    kinds = column_kinds(cells)
    return None if kinds and all(is_heading(cell) for cell in cells) else kinds


def find_table(lines: list[str], start: int = 0) -> Table | None:
    """The first table with headings from a line on."""
    for index in range(start, len(lines)):
        kinds = kinds_of(cells_of(lines[index])) if "\t" in lines[index] else None
        if kinds:
            rows, end = _rows(lines, index + 1, kinds)
            return Table(rows, index, end)
    return None


def cells_of(line: str) -> list[str]:
    """The cells of a line. An empty cell counts."""
    return [cell.strip() for cell in line.split("\t")]


def _rows(lines: list[str], index: int, kinds: list[str]) -> tuple[list[dict[str, str]], int]:
    rows = []
    while index < len(lines):
        cells = cells_of(lines[index])
        if lines[index] and (len(cells) != len(kinds) or is_heading(lines[index])):
            break
        if lines[index]:
            rows.append({kind: cell for kind, cell in zip(kinds, cells, strict=True) if kind})
        index += 1
    return rows, index
