"""How the comparison of the photo before an assessment judges labelled portraits.

`bench/proctoring_identity.py FOLDER` takes JPEG and PNG files whose name begins with the person
("asha.jpg", "asha2.jpg", "asha_side.jpg"); the source package of `face_recognition` has some in
`tests/test_images`. The portraits of the demo are always added. Each picture is also taken as a
webcam would: darker, brighter, small, blurred, tilted, and compressed. The reference is a picture
as it is; the photo is any other picture of somebody, or of the same person in another variant.
"""

import importlib
import os
import re
import sys
import time
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import django
from _harness import report
from PIL import Image, ImageEnhance, ImageFilter

SAMPLES = Path(__file__).resolve().parents[1] / "onboarding" / "demo" / "samples"
#: Of whom the demo's portraits are, should the folder have others of them.
DEMO = {"portrait": "collins", "another-portrait": "obama"}
QUALITY = 90


class Portrait(NamedTuple):
    """A picture of a person, as it is or in a variant, with its face."""

    person: str
    source: str
    variant: str
    face: Any


def variants(picture: Image.Image) -> dict[str, Image.Image]:
    """The picture as different webcams and rooms give it."""
    small = picture.copy()
    small.thumbnail((480, 480))
    return {
        "plain": picture,
        "dark": ImageEnhance.Brightness(picture).enhance(0.55),
        "bright": ImageEnhance.Brightness(picture).enhance(1.4),
        "small": small,
        "blurred": picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 500)),
        "tilted": picture.rotate(10, expand=False, fillcolor="gray"),
    }


def portraits(paths: list[Path], identity: Any, faces: Any) -> tuple[list[Portrait], int]:
    """All variants with one clear face, and how many were asked to be taken again."""
    found, refused = [], 0
    for path in paths:
        name = re.match(r"[a-z]+(-[a-z]+)?", path.stem.lower())
        person = DEMO.get(path.stem) or (name[0] if name else path.stem)
        for variant, image in variants(Image.open(path).convert("RGB")).items():
            data = BytesIO()
            image.save(data, "JPEG", quality=QUALITY)
            picture = data.getvalue()
            code, _ = identity.hint_for(picture)
            if code:
                refused += 1
                print(f"{path.stem} {variant}: {code}")
                continue
            found.append(Portrait(person, path.stem, variant, faces.find(picture)[0]))
    return found, refused


def main() -> None:
    os.environ.setdefault("HITOUCH_DEBUG", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
    django.setup()
    limit = importlib.import_module("proctoring.conf").IDENTITY_DISTANCE
    identity = importlib.import_module("proctoring.setup.identity")
    faces = importlib.import_module("hitouch.core.files.faces")
    began = time.perf_counter()
    given = [path for folder in sys.argv[1:] for path in sorted(Path(folder).iterdir())]
    known = sorted(SAMPLES.glob("*portrait.jpg"))
    paths = [path for path in given if path.suffix.lower() in (".jpg", ".png")] + known
    found, refused = portraits(paths, identity, faces)
    same, other = [], []
    for reference, photo in product(found, found):
        if reference.variant != "plain" or reference is photo:
            continue
        apart = faces.distance(reference.face, photo.face)
        if reference.person != photo.person:
            other.append(apart)
        elif reference.source != photo.source or photo.variant != "plain":
            same.append(apart)
    retry = sum(apart > limit for apart in same)
    accepted = sum(apart <= limit for apart in other)
    people = len({each.person for each in found})
    print(f"{people} people, {len(paths)} pictures, {len(found)} variants; {refused} without a")
    print(f"clear face. Pairs: {len(same)} of one person, {len(other)} of different people.")
    print(f"Largest of one person {max(same):.3f}, smallest of different {min(other):.3f}.")
    report(
        {
            "seconds": (time.perf_counter() - began, 600),
            "false accepts": (accepted, 0),
            "share of one person's pairs sent to another try": (retry / len(same), 0.05),
        }
    )


if __name__ == "__main__":
    main()
