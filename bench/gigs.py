"""Measurements of gigs, part by part: `bench/gigs.py board` runs `gigs_board.py`."""

import json
import subprocess
import sys
from pathlib import Path

from _harness import report

HERE = Path(__file__).parent


def figures_of(part: Path) -> dict[str, tuple[float, float]]:
    """The figures of one measurement, whose output is passed on. A crash counts as missed."""
    print(f"\n== {part.stem.removeprefix('gigs_')}", flush=True)
    running = subprocess.Popen([sys.executable, part], stdout=subprocess.PIPE, text=True)
    last = ""
    for last in running.stdout or ():
        print(last, end="", flush=True)
    running.wait()
    try:
        found = json.loads(last)
    except ValueError:
        return {f"{part.stem}: crashed": (1, 0)}
    return {name: (each["value"], each["goal"]) for name, each in found.items()}


if __name__ == "__main__":
    chosen = sys.argv[1:]
    figures: dict[str, tuple[float, float]] = {}
    for part in sorted(HERE.glob("gigs_*.py")):
        if not chosen or part.stem.removeprefix("gigs_") in chosen:
            figures |= figures_of(part)
    report(figures)
