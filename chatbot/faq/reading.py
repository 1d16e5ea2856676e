"""Reads a YAML or CSV file of FAQ entries, and names each fault with its line.

Files come from people: a file is bounded before it is parsed, YAML may hold plain mappings, lists
and texts only (no anchors, tags or other objects), and nothing of a faulty file is used.
"""

import csv
import io
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import yaml

from chatbot.faq.records import (
    LANGUAGES,
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_PHRASINGS,
    CategoryRecord,
    EntryRecord,
    FaqFault,
    InvalidFaqFile,
    TextRecord,
)
from chatbot.models.faq import LONGEST_PHRASING

CSV_COLUMNS = ("category", "key", "language", "question", "answer", "phrasings")
MAX_DEPTH = 8
MAX_NODES = 100_000
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}\Z")
_SKILL = re.compile(r"[A-Za-z0-9_-]{0,30}\Z")
#: A spreadsheet would run a cell that begins with one of these.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def read_file(data: bytes, *, name: str = "") -> list[CategoryRecord]:
    """The categories and entries of a file. Raises `InvalidFaqFile` with all faults."""
    text = _decoded(data)
    is_csv = name.lower().endswith(".csv") or text.lstrip().lower().startswith("category,")
    reader: _FaqReader = _CsvReader() if is_csv else _YamlReader()
    reader.read(text)
    reader.check_all()
    if reader.faults:
        raise InvalidFaqFile(sorted(reader.faults, key=lambda fault: fault.line))
    return list(reader.categories.values())


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise InvalidFaqFile(
            [FaqFault(0, f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidFaqFile([FaqFault(line, "The file is not UTF-8 text.")]) from error
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise InvalidFaqFile([FaqFault(line, "The file has a NUL character.")])
    return text


class _FaqReader(ABC):
    """Collects records and faults; a subclass reads one format."""

    def __init__(self) -> None:
        self.categories: dict[str, CategoryRecord] = {}
        self.entries: dict[str, EntryRecord] = {}
        self.faults: list[FaqFault] = []

    @abstractmethod
    def read(self, text: str) -> None:
        """Read the text of the file."""

    def fault(self, line: int, text: str) -> None:
        self.faults.append(FaqFault(line, text))

    def category(self, title: str, line: int) -> CategoryRecord | None:
        title = one_line(title)
        if not 1 <= len(title) <= 80:
            self.fault(line, "A category needs a title of up to 80 characters.")
            return None
        return self.categories.setdefault(title, CategoryRecord(title, line))

    def entry(self, key: str, category: CategoryRecord, line: int) -> EntryRecord | None:
        if not _KEY.match(key):
            self.fault(line, "A key has up to 60 letters without accents, digits, “-” and “_”.")
            return None
        record = EntryRecord(key, category.title, line)
        category.entries.append(record)
        self.entries[key] = record
        return record

    def text(
        self, entry: EntryRecord, language: str, question: str, answer: str, line: int
    ) -> None:
        question, answer = one_line(question), clean_text(answer)
        if not 1 <= len(question) <= LONGEST_QUESTION:
            self.fault(line, f"A question has 1 to {LONGEST_QUESTION} characters.")
        elif not 1 <= len(answer) <= LONGEST_ANSWER:
            self.fault(line, f"An answer has 1 to {LONGEST_ANSWER} characters.")
        elif language in entry.texts:
            self.fault(line, f"{entry.key} has two texts in {language}.")
        else:
            entry.texts[language] = TextRecord(question, answer)

    def phrasing(self, entry: EntryRecord, language: str, text: str, line: int) -> None:
        text = one_line(text)
        if not 1 <= len(text) <= LONGEST_PHRASING:
            self.fault(line, f"A phrasing has 1 to {LONGEST_PHRASING} characters.")
        elif len(entry.phrasings) >= MAX_PHRASINGS:
            self.fault(line, f"{entry.key} has more than {MAX_PHRASINGS} phrasings.")
        else:
            entry.phrasings.append((language, text))

    def check_all(self) -> None:
        """Faults that concern several rows."""
        if not self.entries and not self.faults:
            self.fault(0, "The file has no entries.")
        if len(self.entries) > MAX_ENTRIES:
            self.fault(0, f"The file has more than {MAX_ENTRIES} entries.")
        for entry in self.entries.values():
            if "EN" not in entry.texts and not self.faults:
                self.fault(entry.line, f"{entry.key} has no English text.")


class _YamlReader(_FaqReader):
    """A list of categories, each with its entries."""

    def read(self, text: str) -> None:
        try:
            self._bound(text)
            root = yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", "") or "The file is not valid YAML."
            raise InvalidFaqFile([FaqFault(mark.line + 1 if mark else 0, str(problem))]) from error
        for node in self._items(root, "The file is a list of categories."):
            self._read_category(node)

    def _bound(self, text: str) -> None:
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise InvalidFaqFile([FaqFault(line, "Anchors and aliases are not accepted.")])
            if getattr(event, "tag", None):
                raise InvalidFaqFile([FaqFault(line, "Tags are not accepted.")])
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH or count > MAX_NODES:
                raise InvalidFaqFile([FaqFault(line, "The file is nested too deep or too long.")])

    def _items(self, node: yaml.Node | None, says: str) -> list[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.fault(node.start_mark.line + 1 if node else 0, says)
        return []

    def _pairs(
        self, node: yaml.Node, known: tuple[str, ...]
    ) -> Iterator[tuple[str, yaml.Node, int]]:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            self.fault(line, f"Expected {', '.join(known)}.")
            return
        seen: set[str] = set()
        for name_node, value in node.value:
            line, name = name_node.start_mark.line + 1, str(name_node.value)
            if not isinstance(name_node, yaml.ScalarNode) or name not in known:
                self.fault(line, f"“{name[:40]}” is not known here. Known: {', '.join(known)}.")
            elif name in seen:
                self.fault(line, f"“{name}” is here twice.")
            else:
                seen.add(name)
                yield name, value, line

    def _scalar(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        self.fault(node.start_mark.line + 1, "Expected a text.")
        return ""

    def _read_category(self, node: yaml.Node) -> None:
        known = ("category", "position", "answer_threshold", "skill", "entries")
        parts = {name: (value, line) for name, value, line in self._pairs(node, known)}
        if "category" not in parts:
            self.fault(node.start_mark.line + 1, "A category needs its title: “category”.")
            return
        value, line = parts["category"]
        title = one_line(self._scalar(value))
        if title in self.categories:
            self.fault(line, f"The category “{title[:80]}” is here twice.")
            return
        category = self.category(title, line)
        if category is None:
            return
        for name, (value, line) in parts.items():
            if name == "entries":
                for entry in self._items(value, "“entries” is a list."):
                    self._read_entry(entry, category)
            elif name != "category":
                self._set_category(category, name, self._scalar(value), line)

    def _set_category(self, category: CategoryRecord, name: str, text: str, line: int) -> None:
        if name == "position":
            if text.isascii() and text.isdigit() and int(text[:9]) <= 32_000:
                category.position = int(text[:9])
            else:
                self.fault(line, "“position” is a whole number up to 32000.")
        elif name == "answer_threshold":
            category.answer_threshold = _threshold(text)
            if category.answer_threshold is None:
                self.fault(line, "“answer_threshold” is a number from 0.50 to 0.99.")
        elif _SKILL.match(text):
            category.skill = text
        else:
            self.fault(line, "“skill” has up to 30 letters, digits, “-” and “_”.")

    def _read_entry(self, node: yaml.Node, category: CategoryRecord) -> None:
        parts = {
            name: (value, line)
            for name, value, line in self._pairs(node, ("key", *LANGUAGES, "phrasings"))
        }
        if "key" not in parts:
            self.fault(node.start_mark.line + 1, "An entry needs a key.")
            return
        value, line = parts.pop("key")
        key = self._scalar(value)
        if key in self.entries:
            self.fault(line, f"The key “{key}” is here twice.")
            return
        entry = self.entry(key, category, line)
        if entry is None:
            return
        for name, (value, line) in parts.items():
            if name == "phrasings":
                self._read_phrasings(entry, value)
            else:
                texts = {
                    part: self._scalar(node)
                    for part, node, _ in self._pairs(value, ("question", "answer"))
                }
                self.text(entry, name, texts.get("question", ""), texts.get("answer", ""), line)

    def _read_phrasings(self, entry: EntryRecord, node: yaml.Node) -> None:
        for language, value, _ in self._pairs(node, LANGUAGES):
            for item in self._items(value, "Phrasings are a list."):
                self.phrasing(entry, language, self._scalar(item), item.start_mark.line + 1)


class _CsvReader(_FaqReader):
    """A row for each text; its phrasings are the lines of the last cell."""

    def read(self, text: str) -> None:
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = [cell.strip().lower() for cell in next(rows, [])]
            if tuple(header) != CSV_COLUMNS:
                self.fault(1, f"The first line names the columns: {','.join(CSV_COLUMNS)}.")
                return
            line = rows.line_num + 1
            for row in rows:
                if any(row):
                    self._read_row(row, line)
                line = rows.line_num + 1
        except csv.Error as error:
            self.fault(rows.line_num, f"The line cannot be read: {error}.")

    def _read_row(self, row: list[str], line: int) -> None:
        if len(row) != len(CSV_COLUMNS):
            self.fault(line, f"The line has {len(row)} cells, not {len(CSV_COLUMNS)}.")
            return
        cells = dict(zip(CSV_COLUMNS, map(without_formula_guard, row), strict=True))
        language = cells["language"].strip().upper()
        if language not in LANGUAGES:
            self.fault(line, f"The language is one of {', '.join(LANGUAGES)}.")
            return
        category = self.category(cells["category"], line)
        if category is None:
            return
        key = cells["key"].strip()
        entry = self.entries.get(key) or self.entry(key, category, line)
        if entry is None:
            return
        if entry.category != category.title:
            self.fault(line, f"{key} is in two categories.")
            return
        if cells["question"].strip() or cells["answer"].strip():
            self.text(entry, language, cells["question"], cells["answer"], line)
        for phrasing in filter(str.strip, cells["phrasings"].splitlines()):
            self.phrasing(entry, language, phrasing, line)


def without_formula_guard(cell: str) -> str:
    """The cell without the apostrophe that keeps spreadsheets from running it."""
    is_guarded = cell[:1] == "'" and cell.lstrip("'").startswith(FORMULA_STARTS)
    return cell[1:] if is_guarded else cell


def _threshold(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
        is_valid = Decimal("0.50") <= value <= Decimal("0.99")
    except InvalidOperation:
        return None
    return round(value, 2) if is_valid else None


def clean_text(text: str) -> str:
    kept = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cs")
    )
    return "".join(c for c in kept if c not in _BIDI).strip()


def one_line(text: str) -> str:
    return " ".join(clean_text(text.replace("\t", " ")).split())


#: Marks that change the order in which a text is shown.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
