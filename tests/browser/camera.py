"""The video of Chromium's fake camera: one frame of the sample portrait, repeated."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from hitouch.journey.cast import portrait

SIZE = (640, 480)


def film(place: Path) -> Path:
    """An uncompressed film (YUV4MPEG2) of somebody who sits before a grey wall."""
    wall = Image.new("RGB", SIZE, "#98a4ad")
    person = Image.open(BytesIO(portrait())).convert("RGB")
    person.thumbnail(SIZE)
    wall.paste(person, ((SIZE[0] - person.width) // 2, SIZE[1] - person.height))
    light, blue, red = wall.convert("YCbCr").split()
    half = (SIZE[0] // 2, SIZE[1] // 2)
    planes = [light.tobytes(), *(plane.resize(half).tobytes() for plane in (blue, red))]
    head = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    place.write_bytes(head + (b"FRAME\n" + b"".join(planes)) * 2)
    return place
