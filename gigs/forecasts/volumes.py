"""Read the contacts expected in each half hour of a week from text as spreadsheets write it.

Knows no Django. Two layouts: a line for each half hour (`Mon,09:00,42`), or a table with a line for
each time and a column for each day. Half hours that are not there have no contacts.
"""

import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

DAYS = 7
HALF_HOURS_A_DAY = 48
WEEK = DAYS * HALF_HOURS_A_DAY
MOST_VOLUME = 5_000
MOST_LINES = 2_000
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTER = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::00)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"(?:\s*(?:-|–|to)\s*\S.*)?",  # noqa: RUF001 - spreadsheets write the dash
    re.IGNORECASE,
)
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class LineFault:
    """What is wrong in a line, by its number in the text."""

    line: int
    fault: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.fault}"


class VolumesFaulty(ValueError):
    """The text cannot be read; all faults that were found."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))


@dataclass
class _VolumesReader:
    volumes: dict[int, float] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)

    def put(self, line: int, day: int, half_hour: int, text: str) -> None:
        """Keep a number of contacts, or what is wrong with it."""
        index = day * HALF_HOURS_A_DAY + half_hour
        if not text.strip():
            return
        try:
            volume = _number(text)
        except ValueError as error:
            self.fault(line, str(error))
            return
        if index in self.lines:
            when = f"{_NAMES[day].title()} {half_hour // 2:02}:{half_hour % 2 * 30:02}"
            self.fault(line, f"{when} is there already, in line {self.lines[index]}.")
            return
        self.volumes[index], self.lines[index] = volume, line

    def fault(self, line: int, text: str) -> None:
        self.faults.append(LineFault(line, text))


def read(text: str) -> list[float]:
    """The contacts of the 336 half hours from Monday, 0:00. Raises `VolumesFaulty`."""
    reader = _VolumesReader()
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        raise VolumesFaulty([LineFault(1, f"This is not a table ({error}).")]) from error
    if not rows:
        raise VolumesFaulty([LineFault(1, "There are no lines with numbers.")])
    if len(rows) > MOST_LINES:
        fault = LineFault(rows[MOST_LINES][0], f"There are more than {MOST_LINES} lines.")
        raise VolumesFaulty([fault])
    columns = _day_columns(rows[0][1])
    if columns:
        _read_table(reader, columns, rows[1:])
    else:
        _read_lines(reader, rows[1:] if _is_header(rows[0][1]) else rows)
    if not reader.faults and not any(reader.volumes.values()):
        reader.fault(rows[-1][0], "There are no contacts in any half hour.")
    if reader.faults:
        raise VolumesFaulty(reader.faults)
    return [reader.volumes.get(index, 0.0) for index in range(WEEK)]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    lines = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells) and not cells[0].startswith("#"):
            yield reader.line_num, cells


def _day_columns(cells: list[str]) -> dict[int, int]:
    """Columns that are named by a day; a table needs two, or one beside an empty corner."""
    found = {column: day for column, cell in enumerate(cells) if (day := _day(cell)) is not None}
    return found if 0 not in found else {}


def _is_header(cells: list[str]) -> bool:
    return _day(cells[0]) is None and not any(re.search(r"\d", cell) for cell in cells)


def _read_table(
    reader: _VolumesReader, columns: dict[int, int], rows: Sequence[tuple[int, list[str]]]
) -> None:
    if len(set(columns.values())) < len(columns):
        reader.fault(1, "A day is there twice.")
        return
    for line, cells in rows:
        half_hour = _half_hour(cells[0])
        if isinstance(half_hour, str):
            reader.fault(line, half_hour)
            continue
        for column, day in columns.items():
            if column < len(cells):
                reader.put(line, day, half_hour, cells[column])


def _read_lines(reader: _VolumesReader, rows: Sequence[tuple[int, list[str]]]) -> None:
    for line, cells in rows:
        filled = cells[:3] if not any(cells[3:]) else cells
        if len(filled) != 3:
            reader.fault(line, "Write a day, a time and a number, such as Mon,09:00,42.")
            continue
        day, half_hour = _day(filled[0]), _half_hour(filled[1])
        if day is None:
            reader.fault(line, f"“{filled[0]}” is not a day. Write Mon, or 2026-11-30.")
        elif isinstance(half_hour, str):
            reader.fault(line, half_hour)
        elif not filled[2]:
            reader.fault(line, "The number of contacts is missing.")
        else:
            reader.put(line, day, half_hour, filled[2])


def _day(text: str) -> int | None:
    """The number of a day of the week, from Monday."""
    word = text.strip().rstrip(".").lower()
    for names in (_NAMES, _FULL_NAMES):
        if word in names:
            return names.index(word)
    if word in _SHORTER:
        return _SHORTER[word]
    for day_format in _DAY_FORMATS:
        try:
            return datetime.strptime(word, day_format).weekday()  # noqa: DTZ007 - a day alone
        except ValueError:
            continue
    return None


def _half_hour(text: str) -> int | str:
    """The number of a half hour of the day, or what is wrong with it."""
    found = _TIME.fullmatch(text.strip())
    fault = f"“{text}” is not a time. Write it like 09:30."
    if found is None or (found["minute"] is None and found["half"] is None):
        return fault
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return fault
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    if hour > 23 or minute > 59:
        return fault
    if minute not in (0, 30):
        return f"“{text}” is not the start of a half hour."
    return hour * 2 + minute // 30


def _number(text: str) -> float:
    """A number of contacts. Raises `ValueError` with what is wrong."""
    try:
        volume = float(text.replace(",", "").replace("_", "x"))
    except ValueError:
        raise ValueError(f"“{text}” is not a number.") from None
    if not math.isfinite(volume):
        raise ValueError(f"“{text}” is not a number.")
    if volume < 0:
        raise ValueError("The number of contacts cannot be below 0.")
    if volume > MOST_VOLUME:
        raise ValueError(f"More than {MOST_VOLUME:,} contacts in half an hour cannot be planned.")
    return volume
