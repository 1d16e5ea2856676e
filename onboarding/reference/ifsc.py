"""The branches that an IFSC can name, from the list in `data/ifsc.gz`. Knows no Django.

The list is read once, when the first code is asked for, and kept as one text per bank: a
megabyte instead of twenty for a set.
"""

import gzip
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("data") / "ifsc.gz"
WIDTH = 6


@dataclass(frozen=True)
class BranchIndex:
    """The branches of all banks, and whose they are."""

    names: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict, repr=False)
    shared: dict[str, str] = field(default_factory=dict, repr=False)

    def has(self, ifsc: str) -> bool:
        """Whether there is such a branch."""
        codes, wanted = self.codes.get(ifsc[:4], ""), ifsc[5:]
        low, high = 0, len(codes) // WIDTH
        while low < high:
            middle = (low + high) // 2
            found = codes[middle * WIDTH : (middle + 1) * WIDTH]
            if found == wanted:
                return len(ifsc) == 11 and ifsc[4] == "0"
            low, high = (middle + 1, high) if found < wanted else (low, middle)
        return False

    def bank(self, ifsc: str) -> str:
        """The name of the bank whose branch it is; some small ones use a bigger one's letters."""
        for length in range(len(ifsc), 4, -1):
            if name := self.shared.get(ifsc[:length]):
                return name
        return self.names.get(ifsc[:4], "")


def bank_of(ifsc: str) -> str | None:
    """The bank's name, or None when no branch has this IFSC."""
    known = _all()
    return known.bank(ifsc) if known.has(ifsc) else None


@cache
def _all() -> BranchIndex:
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        banks, _, shared = lines.read().partition("\n\n")
    known = BranchIndex()
    for line in banks.splitlines()[1:]:
        letters, name, spans = line.split("\t")
        known.names[letters] = name
        known.codes[letters] = "".join(sorted(_spread(spans)))
    for line in shared.splitlines():
        start, _, name = line.partition("\t")
        known.shared[start] = name
    return known


def _spread(spans: str) -> list[str]:
    found = []
    for span in spans.split(","):
        first, _, last = span.partition("-")
        if (first.isdigit() and len(first) < WIDTH) or last:
            found += [f"{code:06d}" for code in range(int(first), int(last or first) + 1)]
        else:
            found.append(first.zfill(WIDTH))
    return found
