"""Items as a CSV file: one row an item, for spreadsheets. Clips are named by their digest only."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from hitouch.core.web.csv_files import safe_cell
from proctoring.item_bank import content as contents
from proctoring.item_bank.content import ItemContent
from proctoring.item_bank.interchange import limits
from proctoring.item_bank.interchange.records import (
    InvalidImport,
    ItemRecord,
    RowFault,
    unreadable,
)

_OPTIONS = tuple(f"option_{letter}" for letter in contents.OPTION_IDS)
_NUMBERS = ("plays", "min_words", "max_words", "preparation_seconds", "seconds")
#: Columns with one entry a line.
_LISTS = ("accepted", "expected", "script")
COLUMNS = (
    "code", "kind", "level", "topic", "passage", "text", *_OPTIONS, "key", *_LISTS, "model_answer",
    *_NUMBERS, "excludes", "clip_sha256",
)  # fmt: skip
REQUIRED = ("code", "kind", "level", "topic", "text")
_ESCAPED = re.compile(r"'+")


def write(records: Iterable[ItemRecord]) -> bytes:
    """The file, with the mark by which spreadsheets recognise UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for record in records:
        writer.writerow({name: protect(value) for name, value in _cells(record).items()})
    return out.getvalue().encode("utf-8-sig")


def read(data: bytes) -> list[ItemRecord]:
    """The items of a file. Raises `InvalidImport` with every fault of it."""
    rows = list(_rows(data))
    faults: list[RowFault] = []
    records: list[ItemRecord] = []
    for number, row in rows:
        where = f"Row {number}"
        found = [*_faults(where, row)]
        faults += found
        if not found:
            records.append(_record(where, row))
    if faults:
        raise InvalidImport(faults)
    if not records:
        raise unreadable("There are no items in this file.")
    return records


def protect(text: str) -> str:
    """The cell; what a spreadsheet would take for a formula gets an apostrophe more."""
    bare = _ESCAPED.sub("", text, count=1) if text.startswith("'") else text
    return f"'{text}" if safe_cell(bare) != bare else text


def restore(cell: str) -> str:
    """The text of a cell that `protect` wrote."""
    return cell[1:] if cell.startswith("'") and protect(cell[1:]) == cell else cell


def _cells(record: ItemRecord) -> dict[str, str]:
    content = record.content
    options = {f"option_{key}": text for key, text in content.options.items()}
    turns = [f"{turn.get('voice', '')}: {turn['text']}" for turn in content.script]
    return {
        "code": record.code,
        "kind": record.kind,
        "level": record.level,
        "topic": record.topic,
        "passage": content.passage,
        "text": content.text,
        **options,
        "key": content.key if content.options else "",
        "accepted": "\n".join(content.accepted),
        "expected": "\n".join(content.expected),
        "script": "\n".join(turns),
        "model_answer": content.model_answer,
        **{name: str(getattr(content, name) or "") for name in _NUMBERS},
        "excludes": " ".join(record.excludes),
        "clip_sha256": record.clip_digest,
    }


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    if len(data) > limits.MAX_CSV_BYTES:
        raise unreadable(f"It is larger than {limits.MAX_CSV_BYTES // limits.MEGABYTE} MB.")
    text = _decoded(data)
    if "\0" in text:
        raise unreadable("It has characters that no text has. Save it as CSV (UTF-8) again.")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise unreadable(f"It is no CSV file: {error}.") from error
    if len(rows) > limits.MAX_ITEMS + 1:
        raise unreadable(f"It has more than {limits.MAX_ITEMS} rows. Divide it.")
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    _check_header(header)
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            raise unreadable("It has more cells than the first row.", f"Row {number}")
        padded = [*row, *[""] * (len(header) - len(row))]
        cells = {name: restore(cell) for name, cell in zip(header, padded, strict=True)}
        yield number, {name: cells.get(name, "").replace("\r\n", "\n") for name in COLUMNS}


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise unreadable("Save it as CSV in the encoding UTF-8.") from error


def _check_header(header: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    twice = [name for name in header if header.count(name) > 1]
    if missing:
        raise unreadable(f"The first row lacks these columns: {', '.join(missing)}.")
    if unknown or twice:
        names = ", ".join(name or "(empty)" for name in (unknown or twice))[:200]
        raise unreadable(f"The first row has columns that are unknown or repeated: {names}.")


def _faults(where: str, row: dict[str, str]) -> Iterator[RowFault]:
    for name in _NUMBERS:
        cell = row[name].strip()
        if cell and not (cell.isdecimal() and cell.isascii() and len(cell) <= 4):
            yield RowFault(where, name, "Enter a whole number.")


def _record(where: str, row: dict[str, str]) -> ItemRecord:
    numbers = {name: int(row[name].strip()) for name in _NUMBERS if row[name].strip()}
    kind = row["kind"].strip().upper()
    content = ItemContent(
        text=row["text"],
        passage=row["passage"],
        options={name[-1]: row[name].strip() for name in _OPTIONS if row[name].strip()},
        key=row["key"].strip(),
        accepted=_entries(row["accepted"]),
        expected=_entries(row["expected"]),
        script=[_turn(line) for line in _entries(row["script"])],
        model_answer=row["model_answer"],
        **numbers,
    )
    return ItemRecord(
        where=where,
        code=row["code"].strip(),
        kind=kind,
        level=row["level"].strip().upper(),
        topic=row["topic"].strip(),
        content=content,
        excludes=tuple(row["excludes"].split()),
        clip_digest=row["clip_sha256"].strip().lower(),
    )


def _entries(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _turn(line: str) -> dict[str, str]:
    voice, colon, words = line.partition(":")
    return {"voice": voice.strip(), "text": words.strip()} if colon else {"voice": "", "text": line}
