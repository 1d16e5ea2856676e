"""Masks two hundred drawn cards that look like phone pictures: misses, mistakes and time.

Cards are turned by up to 15 degrees (also on their side and head), blurred, made smaller or
larger, and saved as JPEGs of quality 50 to 92, on backgrounds of several colours. OCR runs on
the masked picture again, at every angle: no whole number may be readable.
"""

import argparse
import random
import time
from datetime import date
from pathlib import Path

from _harness import report
from PIL import Image, ImageFilter
from stdnum import verhoeff

from hitouch.core import sandbox
from hitouch.core.sandbox import limits
from onboarding.demo import cards

LIMITS = limits.Limits(cpu_seconds=30, memory_bytes=700 * limits.MEGABYTE, patience_seconds=60)
NAMES = ("Nila Das", "Ravi Kumar", "Lakshmi Narayanan", "Mohammed Irfan", "Asha Rao", "A. K. Bose")
GROUNDS = ("#4b4038", "#d8d4cc", "#202428", "#8a6f52", "#5d7a68")
KINDS = ("AADHAAR_FRONT", "AADHAAR_BACK")


def photograph(number: int, *, seed: int = 0) -> tuple[cards.CardHolder, str, bytes]:
    """One card and a picture of it as a phone would take it."""
    pick = random.Random(seed * 1_000_000 + number)
    kind = KINDS[number % 2]
    born = date(1970 + pick.randrange(36), 1 + pick.randrange(12), 1 + pick.randrange(28))
    vid = cards.valid_number(pick, digits=16) if pick.random() < 0.4 else ""
    holder = cards.CardHolder(pick.choice(NAMES), born, cards.valid_number(pick), vid=vid)
    card = cards.RENDERERS[kind](holder)
    scale = pick.uniform(0.6, 1.5)
    card = card.resize(
        (int(card.width * scale), int(card.height * scale)), Image.Resampling.LANCZOS
    )
    turn = pick.choice((0, 0, 0, 90, 180, 270)) + pick.uniform(-15, 15)
    ground = pick.choice(GROUNDS)
    card = card.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)
    card = card.filter(ImageFilter.GaussianBlur(pick.uniform(0, 1.6) * scale))
    return holder, kind, cards.jpeg(card, quality=pick.randrange(50, 93))


def still_readable(picture: bytes) -> bool:
    """Whether OCR reads a whole number on the masked picture, at any of four angles."""
    facts, _ = sandbox.run("onboarding.kyc.ocr.masking:has_readable_number", picture, limits=LIMITS)
    return bool(facts["readable"])


def main(count: int, seed: int, folder: Path | None) -> None:
    """Mask all cards, check them, and report."""
    found, readable, wrong, seconds = 0, 0, 0, []
    for number in range(count):
        holder, kind, picture = photograph(number, seed=seed)
        assert verhoeff.is_valid(holder.aadhaar)
        began = time.perf_counter()
        facts, covered = sandbox.run("onboarding.kyc.ocr.masking:mask", picture, limits=LIMITS)
        seconds.append(time.perf_counter() - began)
        found += facts["masked"]
        if not facts["masked"]:
            print(f"card {number} ({kind}): not found, so it is held")
        elif still_readable(covered):
            readable += 1
            print(f"card {number} ({kind}): stored, and a number can be read")
        if facts["sure"] and facts["last_four"] != holder.aadhaar[-4:]:
            wrong += 1
            print(f"card {number} ({kind}): read surely as another number")
        if folder:
            (folder / f"{number:03d}-{'ok' if facts['masked'] else 'held'}.jpg").write_bytes(
                covered
            )
    seconds.sort()
    middle, worst = seconds[len(seconds) // 2], seconds[-1]
    print(f"{found} of {count} masked by themselves, {count - found} held for a person")
    print(f"{middle * 1000:.0f} ms in the middle, {worst * 1000:.0f} ms the slowest")
    report({
        "cards in a hundred that were not found": (100 * (count - found) / count, 1),
        "stored pictures on which a number can be read": (readable, 0),
        "digits read surely, and wrong": (wrong, 0),
        "milliseconds a card, the middle": (middle * 1000, 4000),
    })  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="another one draws other cards")
    parser.add_argument("--keep", type=Path, help="a folder for the masked pictures")
    options = parser.parse_args()
    main(options.cards, options.seed, options.keep)
