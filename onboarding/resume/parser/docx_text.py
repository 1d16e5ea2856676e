"""Extracts the text of a DOCX in reading order, in the form that `pdf_text` gives.

Read as Word shows it: insertions but no deletions, each text box once, no hidden text.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from onboarding.resume.parser.sections import COLUMN, is_heading
from onboarding.resume.parser.tables import kinds_of

MAX_DEPTH = 40
_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_HEADER = re.compile(r"word/header\d*\.xml")
#: Elements whose content Word does not show.
_HIDDEN = {"del", "moveFrom", "Fallback", "instrText", "delText", "rPrChange", "pPrChange"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


def docx_text(data: bytes) -> str:
    """The text of a DOCX. Raises `ValueError` if it is not well-formed."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        headers = [name for name in archive.namelist() if _HEADER.fullmatch(name)]
        lists = _list_styles(archive)
        texts = [_part_text(archive.read(name), lists) for name in (*headers, "word/document.xml")]
    seen = dict.fromkeys(texts)  # a header is often there for first, odd and even pages
    return f"\n{COLUMN}\n".join(text for text in seen if text.strip())


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise ValueError("not well-formed") from fault


def _list_styles(archive: zipfile.ZipFile) -> set[str]:
    """Paragraph styles with bullets or numbers."""
    if "word/styles.xml" not in archive.namelist():
        return set()
    styles = [style for style in _parse(archive.read("word/styles.xml")) if _tag(style) == "style"]
    return {
        _attribute(style, "styleId")
        for style in styles
        if any(_tag(element) == "numPr" for element in style.iter())
    }


def _part_text(content: bytes, lists: set[str]) -> str:
    root = _parse(content)
    body = next((child for child in root if _tag(child) == "body"), root)
    reader = _Reader(lists)
    lines = reader.block_lines(body, 0)
    boxes = [line for box in reader.boxes for line in (COLUMN, *box)]
    return "\n".join([*lines, *boxes])


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _attribute(element: etree._Element, name: str) -> str:
    values = (element.get(f"{{{namespace}}}{name}") for namespace in _WORD)
    return next((value for value in values if value), "")


def _child(element: etree._Element, *path: str) -> etree._Element | None:
    for name in path:
        found = next((child for child in element if _tag(child) == name), None)
        if found is None:
            return None
        element = found
    return element


class _Reader:
    """Reads blocks to lines. Text boxes with sections of their own are collected in `boxes`."""

    def __init__(self, lists: set[str]) -> None:
        self.lists = lists
        self.boxes: list[list[str]] = []

    def block_lines(self, parent: etree._Element, depth: int) -> list[str]:
        """The lines of the paragraphs and tables of an element, in document order."""
        lines: list[str] = []
        if depth > MAX_DEPTH:
            return lines
        for child in parent:
            name = _tag(child)
            if name == "p":
                lines += self._paragraph(child, depth)
            elif name == "tbl":
                lines += self._table(child, depth)
            elif name not in _HIDDEN and name not in ("sectPr", "tblPr", "trPr", "tcPr"):
                lines += self.block_lines(child, depth + 1)
        return lines

    def _paragraph(self, paragraph: etree._Element, depth: int) -> list[str]:
        boxes: list[list[str]] = []
        text = "".join(self._inline(paragraph, boxes, depth)).strip("\n ")
        is_listed = _child(paragraph, "pPr", "numPr") is not None
        style = _child(paragraph, "pPr", "pStyle")
        is_listed = is_listed or (style is not None and _attribute(style, "val") in self.lists)
        if text.strip() and is_listed and not is_heading(text):
            text = f"• {text}"
        lines = text.split("\n") if text or not boxes else []
        for box in boxes:
            titles = [line for line in box if is_heading(line)]
            if titles and len([line for line in box if line.strip()]) > len(titles):
                self.boxes.append(box)
            else:
                lines += box
        return lines

    def _inline(self, element: etree._Element, boxes: list[list[str]], depth: int) -> Iterator[str]:
        if depth > MAX_DEPTH:
            return
        for child in element:
            name = _tag(child)
            if name == "t":
                yield child.text or ""
            elif name == "sym":
                yield "•"
            elif name == "txbxContent":
                boxes.append(self.block_lines(child, depth + 1))
            elif name == "r" and _child(child, "rPr", "vanish") is not None:
                continue
            elif name in _SIGNS:
                yield _SIGNS[name]
            elif name not in _HIDDEN and name not in ("pPr", "rPr"):
                yield from self._inline(child, boxes, depth + 1)

    def _table(self, table: etree._Element, depth: int) -> list[str]:
        rows = [list(self._cells(row, depth)) for row in _rows_of(table)]
        rows = _filled_down(rows, [_merges(row) for row in _rows_of(table)])
        if any(kinds_of([_joined(cell) for cell in row]) for row in rows if len(row) > 1):
            return ["", *("\t".join(_joined(cell) for cell in row) for row in rows), ""]
        if _is_layout(rows):
            width = max(len(row) for row in rows)
            columns = [[row[n] for row in rows if n < len(row)] for n in range(width)]
            cells = [line for column in columns for c in (*column, [COLUMN]) for line in ("", *c)]
            return [COLUMN, *cells]
        return ["", *(line for row in rows for line in ("", *_row_lines(row)))]

    def _cells(self, row: etree._Element, depth: int) -> Iterator[list[str]]:
        for cell in _cells_of(row):
            yield self.block_lines(cell, depth + 1)


def _rows_of(table: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    yield from _descend(table, "tr", depth)


def _cells_of(row: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    yield from _descend(row, "tc", depth)


def _descend(parent: etree._Element, wanted: str, depth: int) -> Iterator[etree._Element]:
    """Children of a name, also inside of content controls and insertions."""
    for child in parent:
        if _tag(child) == wanted:
            yield child
        elif _tag(child) in ("sdt", "sdtContent", "ins", "smartTag", "customXml") and depth < 9:
            yield from _descend(child, wanted, depth + 1)


def _merges(row: etree._Element) -> list[bool]:
    """Which cells go on from the row above."""
    merges = (_child(cell, "tcPr", "vMerge") for cell in _cells_of(row))
    return [merge is not None and _attribute(merge, "val") != "restart" for merge in merges]


def _filled_down(rows: list[list[list[str]]], merges: list[list[bool]]) -> list[list[list[str]]]:
    filled: list[list[list[str]]] = []
    for row, merged in zip(rows, merges, strict=True):
        above = filled[-1] if filled else []
        filled.append(
            [
                above[n] if goes_on and n < len(above) and len(above) == len(row) else cell
                for n, (cell, goes_on) in enumerate(zip(row, merged, strict=True))
            ]
        )
    return filled


def _joined(cell: list[str]) -> str:
    return " ".join(line.replace("\t", " ").removeprefix("• ").strip() for line in cell).strip()


def _is_layout(rows: list[list[list[str]]]) -> bool:
    """Whether the columns of a table are columns of the page, with headings in them."""
    titled = {
        number
        for row in rows
        for number, cell in enumerate(row)
        if len(row) > 1 and len([line for line in cell if line.strip()]) > 1
        if any(is_heading(line) for line in cell)
    }
    only_titles = [
        sum(len(row) > n and len(row[n]) == 1 and is_heading(row[n][0]) for row in rows)
        for n in range(2)
    ]
    return bool(titled) or min(only_titles) > 0


def _row_lines(row: list[list[str]]) -> list[str]:
    """Cells side by side, line by line where each has several lines: a date beside a job."""
    cells = [[line for line in cell if line.strip()] for cell in row]
    cells = [cell for cell in cells if cell]
    if len(cells) < 2:
        return cells[0] if cells else []
    *labels, last = cells
    first = "\t".join([*(" ".join(label) for label in labels), last[0]])
    return [first, *last[1:]]
