"""Identity documents: each figure with its goal, part by part.

`make bench NAME=documents` runs every part with few cards. For one part:
`python bench/documents.py names identifiers`; for the full number of cards: `--cards 200`.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from _harness import report

HERE = Path(__file__).parent
Figures = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Part:
    """A measurement of its own, run as a process of its own, like any other of this folder."""

    name: str
    script: str
    takes_cards: bool = False

    @property
    def exists(self) -> bool:
        return (HERE / self.script).exists()

    def arguments(self, cards: int) -> list[str]:
        return ["--cards", str(cards)] if self.takes_cards else []


PARTS = (
    Part("names", "document_names.py"),
    Part("identifiers", "document_identifiers.py"),
    Part("resumes", "resume_templates.py"),
    Part("sandbox", "document_sandbox.py"),
    Part("signed", "documents_signed.py"),
    Part("masking", "onboarding_masking.py", takes_cards=True),
    Part("uploads", "documents_uploads.py"),
)


def figures_of(part: Part, cards: int) -> Figures:
    """The figures of one part, whose output is passed on. A crash counts as missed."""
    print(f"\n== {part.name}", flush=True)
    argv = [sys.executable, str(HERE / part.script), *part.arguments(cards)]
    environment = {"OMP_NUM_THREADS": "1", "HITOUCH_DEBUG": "1"} | os.environ
    running = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment)
    last = ""
    for line in running.stdout or ():
        if last:
            print(last, end="", flush=True)
        last = line
    running.wait()
    try:
        found = json.loads(last)
    except ValueError:
        print(last, end="")
        return {f"{part.name}: crashed": (1, 0)}
    return {name: (each["value"], each["goal"]) for name, each in found.items()}


def ratio(value: float, goal: float) -> str:
    """How much of its limit a figure uses; a limit of nothing has no ratio."""
    if goal:
        return f"{value / goal:.2f}"
    return "-" if value else "0.00"


def print_table(figures: Figures) -> None:
    width = max(map(len, figures), default=0)
    print(f"\n{'figure':{width}} {'value':>10} {'goal':>10} {'ratio':>7}")
    for name, (value, goal) in figures.items():
        missed = "  missed" if value > goal else ""
        print(f"{name:{width}} {value:10.2f} {goal:10g} {ratio(value, goal):>7}{missed}")


def main(parts: Sequence[Part], cards: int) -> None:
    figures: Figures = {}
    for part in parts:
        if part.exists:
            figures |= figures_of(part, cards)
        else:
            print(f"\n== {part.name}: there is no {part.script}")
    print_table(figures)
    report(figures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    by_name = {part.name: part for part in PARTS}
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(by_name)}")
    parser.add_argument("--cards", type=int, default=40, help="cards to mask")
    options = parser.parse_args()
    unknown = set(options.parts) - set(by_name)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    main([by_name[name] for name in options.parts or by_name], options.cards)
