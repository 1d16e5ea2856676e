"""Finding Aadhaar numbers that were masked before: by their text, and by their pixels."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from hitouch.core.printing import fonts
from onboarding.kyc.ocr import masked_numbers
from onboarding.kyc.ocr.symbols import Reading
from onboarding.tests.kyc.ocr.test_find_numbers import line

FONT = fonts.DIRECTORY / "NotoSans-Regular.ttf"


@pytest.mark.parametrize(
    "rows",
    [
        ["XXXX XXXX 4321"],
        ["XXXX-XXXX-4321"],
        ["xxxx.xxxx.4321"],
        ["xxxxxxxx4321"],
        ["XXXX \u2013 XXXX \u2013 4321"],
        ["**** **** 4321"],
        ["\u2022\u2022\u2022\u2022 \u2022\u2022\u2022\u2022 4321"],
        ["\u00d7\u00d7\u00d7\u00d7 \u00d7\u00d7\u00d7\u00d7 4321"],
        ["XXXX XXXX", "4321"],
        ["********", "    4321"],
        ["XXXX", "XXXX 4321"],
        ["Aadhaar No: XXXX XXXX 4321"],
    ],
)
def test_a_masked_number_is_found(rows: list[str]) -> None:
    """Crosses, asterisks and dots, with whatever between them, on one line or on two."""
    lines = [line(text, top=24 * place) for place, text in enumerate(rows)]
    assert masked_numbers.find_in_text(lines) == masked_numbers.MaskedNumber("4321", is_whole=True)


@pytest.mark.parametrize(
    "text",
    [
        "VID : XXXX XXXX 4321",
        "XXXX XXXX XXXX 4321",
        "Mobile: XXXXXX4321",
        "XXXX 4321",
        "2345 6789 4321",
        "XXXX XXXX 43210",
    ],
)
def test_other_masks_are_no_aadhaar_number(text: str) -> None:
    """A masked virtual ID, phone or account number proves nothing about the Aadhaar number."""
    assert masked_numbers.find_in_text([line(text)]) is None


def test_two_masked_numbers_are_not_certain() -> None:
    """Two that end differently do not contradict what was entered."""
    lines = [line("XXXX XXXX 4321"), line("XXXX XXXX 8765", top=200)]
    assert masked_numbers.find_in_text(lines) == masked_numbers.MaskedNumber("4321", is_whole=False)


@pytest.mark.parametrize(
    ("signs", "is_found"),
    [
        ("\u2022\u2022\u2022\u2022 \u2022\u2022\u2022\u2022", True),
        ("\u2022\u2022\u2022\u2022-\u2022\u2022\u2022\u2022-", True),
        ("\u00b7\u00b7\u00b7\u00b7 \u00b7\u00b7\u00b7\u00b7", True),
        ("**** ****", True),
        ("\u2022\u2022\u2022\u2022", False),
        ("\u2022\u2022\u2022\u2022 \u2022\u2022\u2022\u2022 \u2022\u2022\u2022\u2022", False),
        ("2345 6789", False),
        ("3886 8369", False),
        ("OCOD QOGO", False),
    ],
)
@pytest.mark.parametrize("below", [False, True])
def test_signs_that_were_not_read(signs: str, is_found: bool, below: bool) -> None:
    """OCR reads only the last four digits: eight blobs of one shape beside or above are a mask."""
    font = ImageFont.truetype(str(FONT), 40)
    picture = Image.new("RGB", (700, 240), "#e8e6dd")
    pen = ImageDraw.Draw(picture)
    pen.text((260, 80), signs, "#222", font, "rm" if not below else "mm")
    box = (280, 60, 370, 102) if not below else (215, 110, 305, 152)
    pen.text((box[0], (box[1] + box[3]) / 2), "4321", "#222", font, "lm")
    symbols = line("4321", left=0)
    placed = [
        type(each)(each.text, (box[0] + 22 * n, box[1], box[0] + 22 * (n + 1), box[3]), 99, n == 0)
        for n, each in enumerate(symbols)
    ]
    found = masked_numbers.find_in_pixels(picture, Reading(0, [placed]))
    assert (found is not None) == is_found
