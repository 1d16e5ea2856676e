"""Pairs of names: different people that agree, and one person's names that do not.

The pairs are `bench/data/name_pairs.tsv`; `--pairs` takes another file of the same form, such as a
part that nobody tuned the rules on.
"""

import argparse
import csv
from collections import Counter
from pathlib import Path

from _harness import report

from onboarding.names.matching import MatchOutcome, compare_names

PAIRS = Path(__file__).parent / "data" / "name_pairs.tsv"
#: The outcome that each truth asks for, where there is one.
EXPECTED = {
    "SAME": {MatchOutcome.AGREE},
    "REORDERED": {MatchOutcome.LOOK},
    "DIFFERENT": {MatchOutcome.LOOK, MatchOutcome.DISAGREE},
}


def read_pairs(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


def figures(file: Path = PAIRS, *, list_all: bool = False) -> dict[str, tuple[float, float]]:
    outcomes: Counter[tuple[str, str]] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    agreed: Counter[tuple[str, str]] = Counter()
    for pair in read_pairs(file):
        truth = pair["truth"]
        found = compare_names(pair["one"], pair["other"]).band
        outcomes[truth, found] += 1
        kind = pair["kind"] if pair["script"] == "Latin" else pair["script"]
        kinds[truth, kind] += 1
        agreed[truth, kind] += found == MatchOutcome.AGREE
        wrong = truth in EXPECTED and found not in EXPECTED[truth]
        if wrong and (list_all or truth != "SAME" or found == MatchOutcome.DISAGREE):
            print(f"{truth:10} {found:9} {pair['one']} | {pair['other']}  ({pair['kind']})")
    for (truth, kind), number in sorted(kinds.items()):
        print(f"{truth:10} {kind:45} agree {agreed[truth, kind]:4} of {number}")

    def count(truth: str, *found: MatchOutcome) -> int:
        return sum(outcomes[truth, each] for each in found or tuple(MatchOutcome))

    for truth in (*EXPECTED, "UNCLEAR"):
        shares = ", ".join(f"{each} {count(truth, each)}" for each in MatchOutcome)
        print(f"{truth}: {shares} of {count(truth)}")
    return {
        "names: different ones that agree": (count("DIFFERENT", MatchOutcome.AGREE), 0),
        "names: reordered ones that agree": (count("REORDERED", MatchOutcome.AGREE), 0),
        "names: true ones called different": (count("SAME", MatchOutcome.DISAGREE), 0),
        "names: true ones that do not agree, share": (
            1 - count("SAME", MatchOutcome.AGREE) / (count("SAME") or 1),
            0.15,
        ),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--all", action="store_true", help="list true pairs that do not agree, too")
    options = parser.parse_args()
    report(figures(options.pairs, list_all=options.all))
