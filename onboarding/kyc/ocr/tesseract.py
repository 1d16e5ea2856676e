"""Tesseract, loaded once in the sandbox's parent, and what it reads as lines of symbols."""

import gzip
import tempfile
from dataclasses import dataclass
from pathlib import Path

import tesserocr
from PIL import Image

MODEL = Path(__file__).with_name("eng.traineddata.gz")
#: How Tesseract looks for text: a page of blocks, or words strewn about.
PAGE, STREWN = tesserocr.PSM.AUTO, tesserocr.PSM.SPARSE_TEXT
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class OcrSymbol:
    """One printed character: where it stands and how sure the reader is, of 100."""

    text: str
    box: Box
    sure: float
    begins_word: bool
    #: Tesseract also reads blocks that stand on their side, but its boxes are then of no use.
    upright: bool


PanelLine = list[OcrSymbol]


def _loaded() -> tesserocr.PyTessBaseAPI:
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / "eng.traineddata"
        unpacked.write_bytes(gzip.decompress(MODEL.read_bytes()))
        return tesserocr.PyTessBaseAPI(path=folder, lang="eng")


_tesseract = _loaded()


def recognise_lines(picture: Image.Image, *, how: int = PAGE) -> list[PanelLine]:
    """The lines of a picture whose text stands upright."""
    _tesseract.SetPageSegMode(how)
    _tesseract.SetImage(picture.convert("L"))
    if not _tesseract.Recognize():
        return []
    found = _tesseract.GetIterator()
    lines: list[PanelLine] = []
    level = tesserocr.RIL
    for place in tesserocr.iterate_level(found, level.SYMBOL) if found else ():
        if place.IsAtBeginningOf(level.TEXTLINE) or not lines:
            lines.append([])
        box = place.BoundingBox(level.SYMBOL)
        if box is None:
            continue
        text, sure = place.GetUTF8Text(level.SYMBOL), place.Confidence(level.SYMBOL)
        upright = place.Orientation()[1] != tesserocr.WritingDirection.TOP_TO_BOTTOM
        begins = place.IsAtBeginningOf(level.WORD)
        lines[-1].append(OcrSymbol(text, box, sure, begins, upright))
    return [line for line in lines if line]


def words_of(line: PanelLine) -> str:
    """A line as text."""
    return "".join(f" {each.text}" if each.begins_word else each.text for each in line).strip()
