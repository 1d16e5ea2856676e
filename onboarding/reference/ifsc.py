"""IFSC lookup: bank branches from the list in `data/ifsc.gz`. Pure.

The list is loaded on first use and kept as one sorted text per bank, which takes 1 MB of memory
instead of 20 MB as a set.
"""

import gzip
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
FILE = DATA / "ifsc.gz"
MERGERS_FILE = DATA / "merged_banks.tsv"
CODE_WIDTH = 6


@dataclass(frozen=True)
class BranchIndex:
    """The branch codes and names of all banks."""

    names: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict, repr=False)
    shared: dict[str, str] = field(default_factory=dict, repr=False)

    def has(self, ifsc: str) -> bool:
        """Whether a branch has this IFSC. Binary search in the codes of its bank."""
        codes, wanted = self.codes.get(ifsc[:4], ""), ifsc[5:]
        low, high = 0, len(codes) // CODE_WIDTH
        while low < high:
            middle = (low + high) // 2
            code = codes[middle * CODE_WIDTH : (middle + 1) * CODE_WIDTH]
            if code == wanted:
                return len(ifsc) == 11 and ifsc[4] == "0"
            low, high = (middle + 1, high) if code < wanted else (low, middle)
        return False

    def bank(self, ifsc: str) -> str:
        """The name of the branch's bank. Some small banks share the prefix of a larger one."""
        for length in range(len(ifsc), 4, -1):
            if name := self.shared.get(ifsc[:length]):
                return name
        return self.names.get(ifsc[:4], "")


@dataclass(frozen=True)
class Merger:
    """A bank that merged into another one, whose IFSCs replaced its own."""

    name: str
    merged_on: date
    new_letters: str
    new_name: str


def bank_of(ifsc: str) -> str | None:
    """The bank's name, or None when no branch has this IFSC or its bank has merged."""
    index = _load_index()
    if merger_of(ifsc) is not None:  # the lists keep a few technical codes of merged banks
        return None
    return index.bank(ifsc) if index.has(ifsc) else None


def merger_of(ifsc: str) -> Merger | None:
    """The merger of the bank to which this IFSC belonged, if there was one."""
    return _load_mergers().get(ifsc[:4])


@cache
def _load_mergers() -> dict[str, Merger]:
    lines = MERGERS_FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {
        old: Merger(name, date.fromisoformat(merged_on), new, new_name)
        for old, name, merged_on, new, new_name in rows
    }


@cache
def _load_index() -> BranchIndex:
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        banks, _, shared = lines.read().partition("\n\n")
    index = BranchIndex()
    for line in banks.splitlines()[1:]:
        letters, name, spans = line.split("\t")
        index.names[letters] = name
        index.codes[letters] = "".join(sorted(_expand_spans(spans)))
    for line in shared.splitlines():
        start, _, name = line.partition("\t")
        index.shared[start] = name
    return index


def _expand_spans(spans: str) -> list[str]:
    codes = []
    for span in spans.split(","):
        first, _, last = span.partition("-")
        if (first.isdigit() and len(first) < CODE_WIDTH) or last:
            codes += [f"{code:06d}" for code in range(int(first), int(last or first) + 1)]
        else:
            codes.append(first.zfill(CODE_WIDTH))
    return codes
