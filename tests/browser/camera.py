"""Films for Chromium's fake camera: people before a grey wall, with the noise of a real camera.

Both people are public figures on pictures in the public domain (onboarding/demo/samples).
"""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageEnhance

from onboarding.demo import cards

SIZE = (640, 480)
WALL = "#98a4ad"
PERSON = cards.PORTRAIT
OTHER = PERSON.with_name("another-portrait.jpg")
#: Frames a second. Frames of YUV4MPEG2 are large, and nobody here moves fast.
RATE = 2
SEED = 7
NOISE = 5.0
#: Pictures of noise that take turns, moved a little further each time.
GRAINS = 7


@dataclass(frozen=True)
class Scene:
    """Some seconds of a film: who is seen, where, and in which light."""

    seconds: float
    people: Sequence[Path] = (PERSON,)
    light: float = 1.0
    turned: float = 0
    noise: float = NOISE
    sways: bool = True

    def frame(self, number: int) -> Image.Image:
        """One picture of it."""
        picture = Image.new("RGB", SIZE, WALL)
        across = SIZE[0] // max(1, len(self.people))
        for place, who in enumerate(self.people):
            face = _cut_out(who, (across, SIZE[1]), self.turned)
            sway = round(6 * math.sin(number / 3)) if self.sways else 0
            left = place * across + (across - face.width) // 2 + sway
            picture.paste(face, (left, SIZE[1] - face.height))
        if self.light != 1:
            picture = ImageEnhance.Brightness(picture).enhance(self.light)
        return _grained(picture, number, self.noise)


def film(place: Path, scenes: Iterable[Scene] = (Scene(40),)) -> Path:
    """An uncompressed film (YUV4MPEG2), which the browser repeats."""
    head = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F{RATE}:1 Ip A1:1 C420jpeg\n".encode()
    with place.open("wb") as out:
        out.write(head)
        number = 0
        for scene in scenes:
            for _ in range(round(scene.seconds * RATE)):
                out.write(b"FRAME\n" + _planes(scene.frame(number)))
                number += 1
    return place


def _planes(picture: Image.Image) -> bytes:
    light, blue, red = picture.convert("YCbCr").split()
    half = (SIZE[0] // 2, SIZE[1] // 2)
    return b"".join([light.tobytes(), *(plane.resize(half).tobytes() for plane in (blue, red))])


@cache
def _cut_out(who: Path, room: tuple[int, int], turned: float) -> Image.Image:
    person = Image.open(BytesIO(who.read_bytes())).convert("RGB")
    person.thumbnail(room)
    return person.rotate(turned, fillcolor=WALL) if turned else person


@cache
def _grain(number: int, noise: float) -> Image.Image:
    drawn = random.Random(SEED + number)
    small = [round(128 + drawn.gauss(0, noise)) for _ in range(160 * 120)]
    grain = Image.new("L", (160, 120))
    grain.putdata(small)
    return Image.merge("RGB", [grain.resize(SIZE, Image.Resampling.NEAREST)] * 3)


def _grained(picture: Image.Image, number: int, noise: float) -> Image.Image:
    if not noise:
        return picture
    grain = ImageChops.offset(_grain(number % GRAINS, noise), number * 36, number * 52)
    return ImageChops.add(picture, grain, scale=1, offset=-128)
