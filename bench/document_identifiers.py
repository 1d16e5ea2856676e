"""Odd spellings of identifiers, through the forms that pages and API use.

Each spelling of `bench/data/identifiers.tsv` is sent to the API as JSON and, if it is a text, to
the page. It is taken as another when it is accepted with a value that its truth does not allow.
"""

import argparse
import csv
import importlib
import json
import os
from collections import Counter
from pathlib import Path

import django
from _harness import report

SPELLINGS = Path(__file__).parent / "data" / "identifiers.tsv"


def read_spellings(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


def accepted_values(truth: str) -> list[str]:
    """The values that may be stored."""
    _, has_value, value = truth.partition("=")
    if not has_value:
        return []
    found = json.loads(value)
    return found if isinstance(found, list) else [found]


def plain(kind: str, value: str) -> str:
    return value.casefold() if kind in ("email", "upi") else value


def figures(file: Path = SPELLINGS) -> dict[str, tuple[float, float]]:
    os.environ.setdefault("HITOUCH_DEBUG", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
    django.setup()
    fields = importlib.import_module("_identifier_fields")
    counts: Counter[str] = Counter()
    by_kind: Counter[tuple[str, str]] = Counter()
    for row in read_spellings(file):
        kind, typed, truth = row["kind"], json.loads(row["typed"]), row["truth"]
        counts["all"] += 1
        by_kind[kind, "all"] += 1
        if kind == "aadhaar_text":
            found = fields.holds_aadhaar(typed)
            if found != (truth == "FOUND"):
                fault = "missed" if truth == "FOUND" else "flagged"
                counts[fault] += 1
                by_kind[kind, fault] += 1
                print(f"{kind:8} {fault:9} {row['typed']}  ({row['why']})")
            continue
        allowed = [plain(kind, value) for value in accepted_values(truth)]
        faults = set()
        for where, value in fields.answers(kind, typed):
            if value is None:
                fault = "refused" if truth.startswith("=") else ""
            else:
                fault = "" if plain(kind, value) in allowed else "another"
            if fault:
                faults.add(fault)
                got = json.dumps(value)
                print(f"{kind:8} {fault:9} {row['typed']} → {got}  ({where}: {row['why']})")
        for fault in faults:
            counts[fault] += 1
            by_kind[kind, fault] += 1
    for kind in dict.fromkeys(kind for kind, _ in by_kind):
        faults = ", ".join(
            f"{number} {fault}" for (of, fault), number in by_kind.items() if of == kind
        )
        print(f"{kind:12} {faults}")
    return {
        "identifiers: taken as another": (counts["another"], 0),
        "identifiers: plain ones refused": (counts["refused"], 0),
        "identifiers: texts with an Aadhaar number that pass": (counts["missed"], 0),
        "identifiers: harmless texts called an Aadhaar number": (counts["flagged"], 0),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spellings", type=Path, default=SPELLINGS)
    report(figures(parser.parse_args().spellings))
