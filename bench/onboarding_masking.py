"""Masks drawn Aadhaar pictures of eight layouts: what stays visible, what is held, and time.

The judge reads nothing: it knows where each digit was drawn and looks at the pixels there.
Time is that of the processor, as one core has it for itself.
"""

import argparse
import time
from collections import Counter
from pathlib import Path

import _hard_cards as hard_cards
from _harness import report

from onboarding.kyc.ocr import fields, masking

VISIBLE_DIGITS = 4
FRONT = "AADHAAR_FRONT"


def _are_alike(one: str, other: str) -> bool:
    """Whether two names differ in blanks at most, which the comparison with the profile ignores."""
    return one.replace(" ", "") == other.replace(" ", "")


def main(count: int, seed: int, folder: Path | None) -> None:
    """Mask all pictures, check them, and report."""
    problems: Counter[str] = Counter()
    seconds = []
    for place in range(count):
        card = hard_cards.draw(place, seed=seed)
        began = time.process_time()
        facts, covered = masking.mask(card.picture, expected=card.kind != "PAN")
        seconds.append(time.process_time() - began)
        read = fields.parse_fields(FRONT, facts["lines"])
        visible = hard_cards.visible_digits(card, covered, turned=facts["turned"])
        found = {
            "held": not facts["masked"],
            "readable": facts["masked"] and max(visible, default=0) > VISIBLE_DIGITS,
            "code": facts["masked"] and bool(hard_cards.decoded(covered)),
            "last four": facts["sure"]
            and facts["last_four"] not in {number[-4:] for number, _ in card.numbers},
            "name": bool(read["name"]) and not _are_alike(read["name"], card.printed[0]),
            "birth date": bool(read["birth_on"]) and read["birth_on"] != card.printed[1],
            "no birth date": bool(card.printed[1]) and not read["birth_on"],
        }
        wrong = [name for name, is_so in found.items() if is_so]
        problems.update(wrong)
        if wrong:
            print(f"picture {place} ({card.layout}): {', '.join(wrong)}; visible {visible}")
        if folder:
            ending = "held" if found["held"] else "masked"
            (folder / f"{place:03d}-{ending}.jpg").write_bytes(covered)
    seconds.sort()
    print(f"{problems['no birth date']} of {count} fronts without a birth date that was read")
    print(f"{seconds[-1] * 1000:.0f} ms of processor time the slowest")
    report({
        "numbers visible in stored pictures": (problems["readable"], 0),
        "barcodes readable in stored pictures": (problems["code"], 0),
        "pictures in a hundred held": (100 * problems["held"] / count, 15),
        "digits read surely, and wrong": (problems["last four"], 0),
        "names read wrongly, in a hundred": (100 * problems["name"] / count, 2),
        "birth dates read wrongly": (problems["birth date"], 0),
        "ms of processor time a picture, the middle": (seconds[len(seconds) // 2] * 1000, 2500),
    })  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="another one draws other cards")
    parser.add_argument("--keep", type=Path, help="a folder for the masked pictures")
    options = parser.parse_args()
    main(options.cards, options.seed, options.keep)
