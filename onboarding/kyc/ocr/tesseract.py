"""Tesseract OCR, loaded once in the sandbox's parent process. Returns lines of symbols."""

import gzip
import tempfile
from pathlib import Path

import tesserocr
from PIL import Image

from onboarding.kyc.ocr.symbols import OcrLine, OcrSymbol

MODEL = Path(__file__).with_name("eng.traineddata.gz")
#: Page segmentation modes: a page of text blocks, or sparse words.
PAGE, SPARSE = tesserocr.PSM.AUTO, tesserocr.PSM.SPARSE_TEXT


def _load() -> tesserocr.PyTessBaseAPI:
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / "eng.traineddata"
        unpacked.write_bytes(gzip.decompress(MODEL.read_bytes()))
        engine = tesserocr.PyTessBaseAPI(path=folder, lang="eng")
        # Messages to the standard error: a confined child cannot open the file they else go to.
        engine.SetVariable("debug_file", "")
        return engine


_tesseract = _load()


def recognise_lines(picture: Image.Image, *, page_mode: int = PAGE) -> list[OcrLine]:
    """The lines of text that Tesseract reads on a picture."""
    _tesseract.SetPageSegMode(page_mode)
    _tesseract.SetImage(picture.convert("L"))
    if not _tesseract.Recognize():
        return []
    iterator = _tesseract.GetIterator()
    lines: list[OcrLine] = []
    level = tesserocr.RIL
    for position in tesserocr.iterate_level(iterator, level.SYMBOL) if iterator else ():
        if position.IsAtBeginningOf(level.TEXTLINE) or not lines:
            lines.append([])
        box = position.BoundingBox(level.SYMBOL)
        if box is None:
            continue
        text, sure = position.GetUTF8Text(level.SYMBOL), position.Confidence(level.SYMBOL)
        upright = position.Orientation()[1] != tesserocr.WritingDirection.TOP_TO_BOTTOM
        begins_word = position.IsAtBeginningOf(level.WORD)
        lines[-1].append(OcrSymbol(text, box, sure, begins_word, upright))
    return [line for line in lines if line]
