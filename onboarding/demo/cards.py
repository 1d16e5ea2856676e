"""Draw specimen identity cards for the demo, the journey, tests and benchmarks. No Django.

Laid out like real cards, marked SPECIMEN, with numbers that pass the check digit, so that OCR and
validation can process them.
"""

import io
import random
import textwrap
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import qrcode
from PIL import Image, ImageDraw, ImageFont
from stdnum import verhoeff

SIZE = (1012, 638)
INK, GREY, SAFFRON, GREEN, BLUE = "#16181d", "#6b7280", "#e8892b", "#2f7d43", "#1f4e8c"
PORTRAIT = Path(__file__).with_name("samples") / "portrait.jpg"


@dataclass(frozen=True)
class CardHolder:
    """Data of the card holder."""

    name: str
    birth_on: date
    aadhaar: str
    pan: str = "ABCPE1234F"
    father: str = "Specimen Father"
    gender: str = "FEMALE"
    address: str = "12 Lake View Road, Bengaluru, Karnataka - 560034"
    vid: str = ""
    portrait: Path = PORTRAIT


def valid_number(pick: random.Random, *, last_four: str = "", digits: int = 12) -> str:
    """A random number with a valid check digit, ending in `last_four`."""
    while True:
        free = digits - len(last_four)
        number = pick.choice("23456789") + "".join(pick.choices("0123456789", k=free - 1))
        number += last_four
        if verhoeff.is_valid(number) and number != number[::-1]:
            return number


def grouped(number: str) -> str:
    """The number in groups of four, as printed."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


@cache
def _face(path: Path, size: tuple[int, int]) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB").resize(size)


def _blank(colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    card = Image.new("RGB", SIZE, colour)
    pen = ImageDraw.Draw(card)
    pen.rectangle((6, 6, SIZE[0] - 7, SIZE[1] - 7), outline="#c9ced6", width=3)
    pen.text((SIZE[0] - 172, SIZE[1] - 40), "SPECIMEN", fill="#b3261e", font=_font(28))
    return card, pen


def _flag(pen: ImageDraw.ImageDraw, title: str) -> None:
    pen.rectangle((9, 9, SIZE[0] - 10, 26), fill=SAFFRON)
    pen.rectangle((9, SIZE[1] - 80, SIZE[0] - 10, SIZE[1] - 76), fill="#c0392b")
    pen.text((SIZE[0] // 2, 60), title, fill=INK, font=_font(34), anchor="mm")
    pen.rectangle((9, 92, SIZE[0] - 10, 96), fill=GREEN)


def _number(pen: ImageDraw.ImageDraw, holder: CardHolder) -> None:
    middle, line = SIZE[0] // 2, SIZE[1] - 116
    if holder.vid:
        pen.text((middle, SIZE[1] - 158), f"VID : {grouped(holder.vid)}", INK, _font(26), "mm")
    pen.text((middle, line), grouped(holder.aadhaar), fill=INK, font=_font(54), anchor="mm")
    pen.text((middle, SIZE[1] - 48), "My Aadhaar, my identity", GREY, _font(26), "mm")


def aadhaar_front(holder: CardHolder) -> Image.Image:
    """Name, birth date, gender, portrait and number."""
    card, pen = _blank("#fdfdfb")
    _flag(pen, "Government of India")
    card.paste(_face(holder.portrait, (210, 262)), (56, 124))
    lines = (
        (holder.name, 36),
        (f"DOB: {holder.birth_on:%d/%m/%Y}", 32),
        (holder.gender, 32),
    )
    for place, (text, size) in enumerate(lines):
        pen.text((310, 136 + place * 58), text, fill=INK, font=_font(size))
    _number(pen, holder)
    return card


def aadhaar_back(holder: CardHolder) -> Image.Image:
    """Address, number, and a QR code that holds the number as old ones do."""
    card, pen = _blank("#fdfdfb")
    _flag(pen, "Unique Identification Authority of India")
    text = "\n".join(["Address:", *textwrap.wrap(holder.address, 30)])
    pen.multiline_text((60, 130), text, fill=INK, font=_font(32), spacing=12)
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(f'<PrintLetterBarcodeData uid="{holder.aadhaar}" name="{holder.name}"/>')
    square = code.make_image().get_image().convert("RGB").resize((300, 300), Image.Resampling.BOX)
    card.paste(square, (656, 112))
    _number(pen, holder)
    return card


def pan_card(holder: CardHolder) -> Image.Image:
    """Name, father's name, birth date, number and portrait."""
    card, pen = _blank("#e6f0f5")
    pen.rectangle((9, 9, SIZE[0] - 10, 84), fill=BLUE)
    pen.text((40, 46), "INCOME TAX DEPARTMENT", "#ffffff", _font(32), "lm")
    pen.text((SIZE[0] - 40, 46), "GOVT. OF INDIA", "#ffffff", _font(32), "rm")
    pen.text((60, 108), "Permanent Account Number Card", fill=INK, font=_font(28))
    pen.text((60, 150), holder.pan, fill=INK, font=_font(50))
    card.paste(_face(holder.portrait, (200, 250)), (760, 130))
    lines = (
        ("Name", holder.name.upper()),
        ("Father's Name", holder.father.upper()),
        ("Date of Birth", f"{holder.birth_on:%d/%m/%Y}"),
    )
    for place, (label, text) in enumerate(lines):
        pen.text((60, 238 + place * 100), label, fill=GREY, font=_font(24))
        pen.text((60, 270 + place * 100), text, fill=INK, font=_font(36))
    return card


RENDERERS = {"AADHAAR_FRONT": aadhaar_front, "AADHAAR_BACK": aadhaar_back, "PAN": pan_card}


def card(kind: str, holder: CardHolder) -> bytes:
    """The card of this kind as a JPEG, as a phone would send it."""
    return jpeg(RENDERERS[kind](holder))


def jpeg(picture: Image.Image, *, quality: int = 90) -> bytes:
    """A picture as the bytes of a JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
