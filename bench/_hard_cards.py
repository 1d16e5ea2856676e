"""Draws Aadhaar pictures of eight layouts as people photograph them, and judges masked ones.

The judge reads nothing: the drawing program knows where each digit is, follows it through the
camera's perspective and the turns of the masking, and looks at the pixels there.
"""

import io
import math
import random
import re
import textwrap
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import _project  # noqa: F401  puts the project on the import path
import cv2
import numpy as np
import qrcode
import zxingcpp
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from hitouch.core.printing import fonts
from onboarding.demo import cards

NAMES = ("Sunita Verma", "Rajesh Kumar Yadav", "Lakshmi Narayanan", "Mohammed Irfan", "A K Bose")
ADDRESS = "S/O Ram Prasad, House No 44, Gali 3, Near Shiv Mandir, Nehru Nagar, Kanpur - 208012"
GROUNDS = ("#4b4038", "#d8d4cc", "#202428", "#8a6f52", "#5d7a68")
INK, GREY = "#141414", "#555a60"
#: Print lower than this, in pixels, is legible to nobody.
LEGIBLE_HEIGHT = 9
#: Covered digits are this close to one colour; print on a card is not.
UNIFORM = 14.0
#: Strokes of the digits in a box of 1 by 1, as a pen draws them.
STROKES = {
    "0": [[(0.5, 0), (0.1, 0.3), (0.1, 0.7), (0.5, 1), (0.9, 0.7), (0.9, 0.3), (0.5, 0)]],
    "1": [[(0.3, 0.2), (0.55, 0), (0.55, 1)]],
    "2": [[(0.1, 0.2), (0.4, 0), (0.8, 0.15), (0.75, 0.45), (0.1, 1), (0.9, 0.97)]],
    "3": [[(0.1, 0.1), (0.6, 0), (0.85, 0.2), (0.45, 0.47), (0.9, 0.7), (0.6, 1), (0.1, 0.9)]],
    "4": [[(0.5, 0), (0.1, 0.6), (0.95, 0.6)], [(0.7, 0.3), (0.68, 1)]],
    "5": [[(0.85, 0), (0.25, 0.02), (0.2, 0.45), (0.7, 0.45), (0.85, 0.75), (0.5, 1), (0.1, 0.9)]],
    "6": [[(0.75, 0), (0.25, 0.4), (0.1, 0.75), (0.5, 1), (0.88, 0.75), (0.5, 0.5), (0.15, 0.7)]],
    "7": [[(0.1, 0.05), (0.9, 0.03), (0.4, 1)]],
    "8": [[(0.8, 0.15), (0.4, 0), (0.2, 0.22), (0.8, 0.7), (0.5, 1), (0.15, 0.75), (0.8, 0.15)]],
    "9": [[(0.85, 0.25), (0.5, 0), (0.12, 0.25), (0.45, 0.48), (0.85, 0.25), (0.75, 1)]],
}  # fmt: skip


@dataclass
class Sheet:
    """A drawing, and where on it each digit of each number is."""

    picture: Image.Image
    #: For each number printed: its digits and their corners.
    numbers: list[tuple[str, list[np.ndarray]]] = field(default_factory=list)
    #: As printed on a front: the name, and the birth date in the form of ISO.
    printed: tuple[str, str] = ("", "")

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.picture)

    def write(self, at: tuple[int, int], text: str, size: int, fill: str = INK) -> None:
        x, y = at
        for script in re.findall(r"[\u0900-\u097f]+|[^\u0900-\u097f]+", text):
            chosen = hindi_font(size) if "\u0900" <= script[0] <= "\u097f" else font(size)
            self.pen.text((x, y + round(size * 1.1)), script, fill, chosen, anchor="ls")
            x += chosen.getlength(script)

    def print_number(self, at: tuple[int, int], number: str, size: int, *, bold: int = 0) -> None:
        """Print a number in groups of four and note the corners of its digits."""
        x, y = at
        corners = []
        for place, digit in enumerate(number):
            x += font(size).getlength(" ") if place and place % 4 == 0 else 0
            self.pen.text((x, y), digit, INK, font(size), stroke_width=bold, stroke_fill=INK)
            left, top, right, bottom = self.pen.textbbox((x, y), digit, font(size))
            corners.append(_corners(left, top, right, bottom))
            x += font(size).getlength(digit)
        self.numbers.append((number, corners))

    def write_number(
        self, at: tuple[int, int], number: str, size: int, pick: random.Random
    ) -> None:
        """Write a number by hand."""
        x, y = at
        corners = []
        for place, digit in enumerate(number):
            x += size // 2 if place and place % 4 == 0 else 0
            across, down = size * 0.55, size * pick.uniform(0.9, 1.1)
            up, slant = y + pick.uniform(-0.08, 0.08) * size, pick.uniform(-0.1, 0.2)
            for stroke in STROKES[digit]:
                points = [
                    (x + (a + slant * (1 - b)) * across + pick.uniform(-1, 1), up + b * down)
                    for a, b in stroke
                ]
                self.pen.line(points, "#1a2a80", max(3, size // 10), joint="curve")
            corners.append(_corners(x, up, x + across, up + down))
            x += size * 0.72
        self.numbers.append((number, corners))

    def paste(self, other: "Sheet", at: tuple[int, int], *, turn: int = 0) -> None:
        """Put another sheet on this one, turned by a multiple of 90 degrees."""
        turned = other.picture.rotate(turn, expand=True)
        self.picture.paste(turned, at)
        middle = np.array([other.picture.width, other.picture.height]) / 2
        new_middle = np.array([turned.width, turned.height]) / 2 + at
        for number, corners in other.numbers:
            moved = [rotate(each - middle, turn) + new_middle for each in corners]
            self.numbers.append((number, moved))
        self.printed = max(self.printed, other.printed)


@dataclass(frozen=True)
class HardCard:
    """One picture as it is sent, and the digits on it."""

    layout: str
    kind: str
    picture: bytes = field(repr=False)
    printed: tuple[str, str]
    numbers: list[tuple[str, list[np.ndarray]]] = field(repr=False)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    chosen = ImageFont.load_default(size)
    assert isinstance(chosen, ImageFont.FreeTypeFont)
    return chosen


@cache
def hindi_font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.DIRECTORY / "NotoSansDevanagari-Regular.ttf"), size)


def _corners(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float)


def rotate(points: np.ndarray, degrees: float) -> np.ndarray:
    """Points turned anticlockwise as seen on a picture, about the origin."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return points @ np.array([[cosine, -sine], [sine, cosine]])


def _blank(size: tuple[int, int], pick: random.Random) -> Sheet:
    noise = np.random.default_rng(pick.randrange(2**32)).normal(
        0, 6, (size[1] // 20, size[0] // 20)
    )
    pattern = Image.fromarray(np.clip(249 + noise, 0, 255).astype(np.uint8)).resize(size)
    return Sheet(Image.merge("RGB", (pattern, pattern, pattern)))


def _qr(text: str, side: int) -> Image.Image:
    code = qrcode.QRCode(border=1, error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(text)
    return code.make_image().get_image().convert("RGB").resize((side, side), Image.Resampling.BOX)


def _xml(number: str) -> str:
    return f'<PrintLetterBarcodeData uid="{number}" name="Sunita Verma" gender="F" yob="1994"/>'


def _banner(sheet: Sheet, title: str) -> None:
    width = sheet.picture.width
    sheet.pen.rectangle((150, 20, width - 30, 54), fill="#ff9933")
    sheet.pen.rectangle((150, 58, width - 30, 92), fill="#1f8a3c")
    sheet.write((400, 18), "भारत सरकार", 26, "#ffffff")
    sheet.write((400, 54), title, 26, "#ffffff")


def _portrait(sheet: Sheet, at: tuple[int, int]) -> None:
    with Image.open(cards.PORTRAIT) as face:
        sheet.picture.paste(face.convert("RGB").resize((190, 236)), at)


def _sideways(sheet: Sheet, at: tuple[int, int], text: str) -> None:
    strip = Image.new("RGB", (300, 26), "#fafafa")
    ImageDraw.Draw(strip).text((2, 2), text, GREY, font(17))
    sheet.picture.paste(strip.rotate(90, expand=True), at)


def front(pick: random.Random, number: str, vid: str = "", *, by_hand: str = "") -> Sheet:
    """The front of a card, with a vertical date of issue."""
    sheet = _blank((1000, 630), pick)
    _banner(sheet, "Government of India")
    _portrait(sheet, (46, 128))
    _sideways(sheet, (14, 130), f"Aadhaar no. issued: {_day(pick, 2010, 2016)}")
    sheet.write((260, 120), "सुनीता वर्मा", 30)
    name, born = pick.choice(NAMES), _day(pick, 1960, 2004)
    sheet.printed = (name, "-".join(reversed(born.split("/"))))
    sheet.write((260, 164), name, 32)
    sheet.write((260, 210), f"जन्म तिथि/DOB: {born}", 26)
    sheet.write((260, 250), "महिला/ FEMALE", 26)
    if by_hand:
        sheet.write((250, 430), f"XXXX XXXX {by_hand[-4:]}", 56)
        sheet.write_number((280, 330), by_hand, 46, pick)
    else:
        sheet.print_number((260, 420), number, pick.choice((46, 54, 60)), bold=pick.choice((0, 1)))
    if vid:
        sheet.write((300, 500), "VID :", 26)
        sheet.print_number((370, 500), vid, 26)
    sheet.pen.rectangle((30, 545, 970, 549), fill="#c0392b")
    sheet.write((270, 556), "मेरा आधार, मेरी पहचान", 30)
    return sheet


def back(pick: random.Random, number: str, vid: str = "") -> Sheet:
    """The back of a card, with a QR code that contains the number."""
    sheet = _blank((1000, 630), pick)
    _banner(sheet, "Unique Identification Authority of India")
    sheet.write((40, 110), "पता:", 26)
    text = "\n".join(["Address:", *textwrap.wrap(ADDRESS, 36)])
    sheet.pen.multiline_text((40, 146), text, INK, font(26), spacing=4)
    sheet.picture.paste(_qr(_xml(number), 320), (650, 110))
    sheet.print_number((300, 450), number, 50)
    if vid:
        sheet.write((300, 515), "VID :", 24)
        sheet.print_number((364, 515), vid, 24)
    sheet.pen.rectangle((30, 560, 970, 564), fill="#c0392b")
    sheet.write((60, 574), "1947    help@uidai.gov.in    www.uidai.gov.in    Bengaluru-560 001", 22)
    return sheet


def _day(pick: random.Random, first: int, last: int) -> str:
    day = date(pick.randint(first, last), pick.randint(1, 12), pick.randint(1, 28))
    return f"{day:%d/%m/%Y}"


def old_card(pick: random.Random, number: str, vid: str) -> Sheet:
    """An old card: a PDF417 code with the number in XML across it, no VID."""
    sheet = front(pick, number)
    code = zxingcpp.create_barcode(_xml(number), zxingcpp.BarcodeFormat.PDF417)
    drawn = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=2)))
    drawn = drawn.convert("RGB")
    drawn.thumbnail((420, 120))
    sheet.picture.paste(drawn, (540, 300))
    return sheet


def new_card(pick: random.Random, number: str, vid: str) -> Sheet:
    """A new card with number and VID, front or back."""
    return pick.choice((front, back))(pick, number, vid)


def pvc_card(pick: random.Random, number: str, vid: str) -> Sheet:
    """A PVC card: small print, a large code, a date of download beside the date of issue."""
    sheet = front(pick, number, vid)
    _sideways(sheet, (970, 330), f"Download Date: {_day(pick, 2019, 2025)}")
    sheet.picture.paste(_qr(_xml(number), 220), (730, 130))
    return sheet


def two_halves(pick: random.Random, number: str, vid: str) -> Sheet:
    """The card part of an e-Aadhaar page: both halves side by side, both numbers in one row."""
    sheet = Sheet(Image.new("RGB", (2060, 690), "#ffffff"))
    left, right = front(pick, number), back(pick, number)
    left.numbers.clear(), right.numbers.clear()
    for half in (left, right):
        half.pen.rectangle((240, 400, 960, 540), fill="#fbfbfb")
        half.print_number((pick.randrange(250, 420), 430), number, 56)
        if vid:
            half.write((300, 500), "VID :", 26)
            half.print_number((370, 500), vid, 26)
    sheet.paste(left, (20, 30))
    sheet.paste(right, (1040, 30))
    return sheet


def letter(pick: random.Random, number: str, vid: str) -> Sheet:
    """A page of an e-Aadhaar letter: enrolment and mobile number, address, both halves."""
    sheet = _blank((1654, 2339), pick)
    enrolment = f"{pick.randrange(1000, 9999)}/{pick.randrange(10000, 99999)}/03961"
    sheet.write((150, 160), f"नामांकन क्रम/ Enrolment No.: {enrolment}", 30)
    address = [pick.choice(NAMES), *textwrap.wrap(ADDRESS, 34), "Mobile: 98765 43210"]
    sheet.pen.multiline_text((150, 260), "\n".join(address), INK, font(30), spacing=8)
    sheet.write((480, 800), "आपका आधार क्रमांक / Your Aadhaar No. :", 34)
    sheet.print_number((520, 870), number, 64, bold=1)
    if vid:
        sheet.write((540, 960), "VID :", 32)
        sheet.print_number((630, 960), vid, 32)
    sheet.write((520, 1040), "मेरा आधार, मेरी पहचान", 40)
    for place in range(5):
        line = "Aadhaar is a proof of identity, not of citizenship or date of birth."
        sheet.write((150, 1180 + 50 * place), line, 28)
    halves = two_halves(pick, number, vid)
    size = (1500, round(1500 * halves.picture.height / halves.picture.width))
    small = Sheet(halves.picture.resize(size, Image.Resampling.LANCZOS))
    scale = 1500 / halves.picture.width
    small.printed = halves.printed
    small.numbers = [(n, [each * scale for each in c]) for n, c in halves.numbers]
    sheet.paste(small, (76, 1700))
    return sheet


def two_cards(pick: random.Random, number: str, vid: str) -> Sheet:
    """Front and back, or two people's cards, on one picture, one of them turned."""
    turn = pick.choice((90, 180, 270))
    sheet = Sheet(Image.new("RGB", (1080, 1340 if turn == 180 else 1720), "#5a5a5a"))
    sheet.paste(front(pick, number), (40, 30))
    other = number if pick.random() < 0.5 else cards.valid_number(pick)
    sheet.paste(back(pick, other, vid), (40, 690), turn=turn)
    return sheet


def by_hand(pick: random.Random, number: str, vid: str) -> Sheet:
    """A masked card on which somebody wrote the number."""
    return front(pick, number, by_hand=number)


LAYOUTS = {
    "old card": old_card, "new card": new_card, "PVC card": pvc_card, "two halves": two_halves,
    "letter": letter, "two cards": two_cards, "by hand": by_hand, "in the PAN slot": new_card,
}  # fmt: skip


def draw(place: int, *, seed: int = 0) -> HardCard:
    """One picture; the layouts follow one another."""
    pick = random.Random(seed * 1_000_000 + place)
    layout = list(LAYOUTS)[place % len(LAYOUTS)]
    number, vid = cards.valid_number(pick), cards.valid_number(pick, digits=16)
    sheet = LAYOUTS[layout](pick, number, vid if pick.random() < 0.5 else "")
    if layout in ("two halves", "letter") and pick.random() < 0.5:
        turned = Sheet(sheet.picture, sheet.numbers)
    else:
        turned = photograph(sheet, pick)
    out = io.BytesIO()
    width = turned.picture.width
    turned.picture.thumbnail((2400, 2400))
    scale = turned.picture.width / width
    turned.picture.save(out, "JPEG", quality=pick.randrange(45, 92))
    kind = "PAN" if layout == "in the PAN slot" else pick.choice(("AADHAAR_FRONT", "AADHAAR_BACK"))
    numbers = [(n, [each * scale for each in c]) for n, c in turned.numbers]
    return HardCard(layout, kind, out.getvalue(), sheet.printed, numbers)


def photograph(sheet: Sheet, pick: random.Random) -> Sheet:
    """As a phone takes it: perspective, shadow, blur, noise, turned by any angle."""
    width, height = sheet.picture.size
    margin = round(max(width, height) * pick.uniform(0.05, 0.25))
    size = (width + 2 * margin, height + 2 * margin)
    turn = pick.choice((0, 0, 0, 90, 180, 270)) + pick.uniform(-10, 10)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    target = corners - np.array([width, height]) / 2
    bent = pick.uniform(0, 0.05) * width
    target += np.array([[pick.uniform(-bent, bent) for _ in range(2)] for _ in range(4)])
    target = rotate(target, turn)
    low, high = target.min(axis=0), target.max(axis=0)
    size = tuple(int(side) for side in high - low + 2 * margin)
    target += margin - low
    scale = min(1.0, 2400 / max(size))
    scale *= pick.uniform(0.6, 1.0) if max(size) * scale > 1100 else 1.0
    target, size = target * scale, tuple(int(side * scale) for side in size)
    move = cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))
    ground = Image.new("RGB", (1, 1), pick.choice(GROUNDS)).getpixel((0, 0))
    flat = np.asarray(sheet.picture)
    taken = cv2.warpPerspective(flat, move, size, borderValue=ground, flags=cv2.INTER_AREA)
    taken = _lit(taken, pick)
    picture = Image.fromarray(taken).filter(ImageFilter.GaussianBlur(pick.uniform(0, 1.3) * scale))
    picture = ImageEnhance.Contrast(picture).enhance(pick.uniform(0.75, 1.15))
    photo = Sheet(picture)
    photo.numbers = [
        (n, [cv2.perspectiveTransform(each[None], move)[0] for each in c]) for n, c in sheet.numbers
    ]
    return photo


def _lit(taken: np.ndarray, pick: random.Random) -> np.ndarray:
    """A shadow across the picture, darkness and the noise of the sensor."""
    height, width = taken.shape[:2]
    light = np.ones((height, width), np.float32)
    if pick.random() < 0.6:
        edge = np.array([[pick.uniform(0, width), 0], [pick.uniform(0, width), height]], int)
        shade = np.array([edge[0], edge[1], [0, height], [0, 0]], np.int32)
        cv2.fillPoly(light, [shade], pick.uniform(0.35, 0.8))
        light = cv2.GaussianBlur(light, (0, 0), width / 60)
    light *= pick.uniform(0.45, 1.05)
    noise = np.random.default_rng(pick.randrange(2**32)).normal(0, pick.uniform(0, 6), taken.shape)
    return np.clip(taken * light[..., None] + noise, 0, 255).astype(np.uint8)


def visible_digits(card: HardCard, masked: bytes, *, turned: float) -> list[int]:
    """How many digits of each legible number are still visible on the masked picture."""
    before, after = Image.open(io.BytesIO(card.picture)), Image.open(io.BytesIO(masked))
    grey = np.asarray(after.convert("L"), np.float32)
    old, new = np.array(before.size) / 2, np.array(after.size) / 2
    counts = []
    for _, digits in card.numbers:
        if np.linalg.norm(digits[0][3] - digits[0][0]) >= LEGIBLE_HEIGHT:
            moved = [rotate(each - old, turned) + new for each in digits]
            counts.append(sum(not _is_covered(grey, each) for each in moved))
    return counts


def decoded(masked: bytes) -> list[str]:
    """What a decoder still reads in barcodes, at several sizes."""
    picture = Image.open(io.BytesIO(masked))
    sizes = [[max(1, int(side * factor)) for side in picture.size] for factor in (0.5, 1, 1.5, 2)]
    return [code.text for size in sizes for code in zxingcpp.read_barcodes(picture.resize(size))]


def _is_covered(grey: np.ndarray, corners: np.ndarray) -> bool:
    mask = np.zeros(grey.shape, np.uint8)
    inner = corners.mean(axis=0) + (corners - corners.mean(axis=0)) * 0.8
    cv2.fillPoly(mask, [inner.round().astype(np.int32)], 1)
    pixels = grey[mask > 0]
    return bool(len(pixels)) and float(pixels.std()) < UNIFORM and 15 < pixels.mean() < 70


def save_all(folder: Path, count: int, seed: int = 0) -> None:
    """Write pictures to a folder, to look at them."""
    for place in range(count):
        card = draw(place, seed=seed)
        (folder / f"{place:03d}-{card.layout.replace(' ', '-')}.jpg").write_bytes(card.picture)
