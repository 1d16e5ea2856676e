"""Finds what may be an Aadhaar number (12 digits) or a virtual ID (16 digits) among OCR symbols.

Every run of digits that could be one is found, also if digits are missing, misread or doubled, and
also if it is split into several words, columns or lines. Dates are not numbers. The last four
digits stay visible only where the length and the grouping or the check digit say which they are.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from stdnum import verhoeff

from onboarding.kyc.ocr.symbols import Box, OcrLine, OcrSymbol, hull

#: Letters that OCR reads instead of digits on poor print.
LOOKALIKES = str.maketrans("OoQDIl|iSsZzBGgq", "0000111155228699")
#: A date in digits, as a word of its own; none of its digits belongs to a number.
DATE = re.compile(
    r"(?<!\d)(?:[0-3]?\d([/.\-])[01]?\d\1(?:19|20)\d\d|(?:19|20)\d\d([/.\-])[01]?\d\2[0-3]?\d)"
    r"(?![/.\-]?\d)"
)
DATE_LABEL = re.compile(r"(?i)d\W?o\W?b|birth|issue|date|download|जन्म|तिथि")
VID_LABEL = re.compile(r"(?i)(?<![a-z])v[il1]d(?![a-z])")
COMPACT_DATE = re.compile(r"[0-3]\d[01]\d(?:19|20)\d\d|(?:19|20)\d\d[01]\d[0-3]\d")
#: Of UIDAI, the Income Tax Department and the issuers of PAN cards, one or several.
HELPLINES = re.compile(r"(?:1947|1961|18003001947|18001801947|18001801961|1800222990|02027218080)+")
#: The edge of a card or a stroke is read as one of these; letters may be digits, these are not.
STRAY_SIGNS = "|!"
AADHAAR_DIGITS, VID_DIGITS, VISIBLE_DIGITS, GROUP = 12, 16, 4, 4
#: So many digits are covered even if they are no whole number: some may have been missed.
MIN_DIGITS = 8
MIN_CONFIDENCE, MIN_LEGIBLE = 80.0, 60.0
MIN_OVERLAP = 0.5
#: Distances in heights of the print: of words on one line, and of lines.
WORD_GAP, LINE_GAP = 2.0, 1.3


@dataclass(frozen=True)
class FoundNumber:
    """What may be a number: the boxes to cover, by line, and the last four digits."""

    hidden: tuple[tuple[Box, ...], ...]
    #: Empty unless the last four digits stay visible.
    last_four: str = ""
    #: Whether those were read with high confidence on a valid Aadhaar number.
    sure: bool = False
    upright: bool = True
    #: It is, or may be, an Aadhaar number and not a virtual ID or a phone number.
    is_aadhaar: bool = False
    #: It is printed on every card, and no reason to hold a photo; all others may be personal.
    is_helpline: bool = False


@dataclass(frozen=True)
class _Run:
    """Digits with nothing but spaces and punctuation between them."""

    symbols: list[OcrSymbol]
    #: Whether it is at the start and at the end of its line.
    first: bool
    last: bool
    labelled_date: bool = False
    labelled_vid: bool = False
    text: str = field(init=False)

    def __post_init__(self) -> None:
        digits = "".join(each.text for each in self.symbols).translate(LOOKALIKES)
        object.__setattr__(self, "text", "".join(c if c.isdigit() else "?" for c in digits))

    def __len__(self) -> int:
        return len(self.symbols)

    @property
    def box(self) -> Box:
        return hull(self.symbols)

    @property
    def groups(self) -> list[int]:
        """The lengths of its words."""
        starts = [n for n, each in enumerate(self.symbols) if each.begins_word or n == 0]
        return [end - start for start, end in pairwise([*starts, len(self.symbols)])]

    @property
    def is_grouped(self) -> bool:
        return len(self) % GROUP == 0 and set(self.groups) == {GROUP}

    @property
    def upright(self) -> bool:
        return all(each.upright for each in self.symbols)

    @property
    def is_legible(self) -> bool:
        """Whether it is more than noise: then it may be a piece of a number."""
        mean = sum(each.sure for each in self.symbols) / len(self)
        return self.upright and mean >= MIN_LEGIBLE

    def part(self, start: int, end: int) -> "_Run":
        return replace(self, symbols=self.symbols[start:end])


def find_numbers(lines: list[OcrLine]) -> list[FoundNumber]:
    """All that may be a number, within lines, across columns and across lines."""
    merged = merge_lines(lines)
    runs = [_find_runs(line) for line in merged]
    every = [run for line in runs for run in line]
    found = [each for run in every for each in _in_run(run)]
    rest = [run for run in every if run.is_legible and not _is_number(run)]
    return [*found, *_across_columns(rest), *_across_lines(rest)]


def has_valid_checksum(digits: str) -> bool:
    """Whether the first digit and the Verhoeff check digit are those of an issued number."""
    return digits[0] in "23456789" and bool(verhoeff.is_valid(digits))


def _height(box: Box) -> float:
    return max(1.0, box[3] - box[1])


def _are_level(one: Box, other: Box) -> bool:
    """Whether both are at the same height, in print of similar size."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    heights = sorted((_height(one), _height(other)))
    return shared > heights[0] * MIN_OVERLAP and heights[1] < heights[0] * 2


def merge_lines(lines: list[OcrLine]) -> list[OcrLine]:
    """Join pieces that stand on one line, as far apart as words are."""
    upright = [line for line in lines if line and line[0].upright]
    merged: list[OcrLine] = []
    for line in sorted(upright, key=lambda line: hull(line)[0]):
        for before in reversed(merged):
            tail, head = before[-1].box, line[0].box
            gap = (head[0] - tail[2]) / _height(head)
            if -1 < gap < WORD_GAP and _are_level(tail, head):
                before.extend([replace(line[0], begins_word=True), *line[1:]])
                break
        else:
            merged.append(list(line))
    return merged + [line for line in lines if line and not line[0].upright]


def _find_runs(line: OcrLine) -> list[_Run]:
    text = "".join(each.text[:1] or "?" for each in line)
    kinds = _kinds(line, text)
    vid = VID_LABEL.search(text)
    runs, labelled_date = [], DATE_LABEL.search(text) is not None
    for match in re.finditer(r"[dl](?:[ .]*[dl])*", kinds):
        places = [n for n in range(*match.span()) if kinds[n] in "dl"]
        places = _without_letters_at_ends(line, places, kinds)
        if places:
            first = not any(kinds[n] == "x" for n in range(places[0]))
            last = not any(kinds[n] == "x" for n in range(places[-1] + 1, len(kinds)))
            labelled_vid = vid is not None and places[0] >= vid.end() - 1
            symbols = [line[n] for n in places]
            runs.append(_Run(symbols, first, last, labelled_date, labelled_vid))
    return runs


def _kinds(line: OcrLine, text: str) -> str:
    """For each symbol: d(igit), l(ookalike), a dot for punctuation, or x for what ends a run."""
    dates = {n for match in DATE.finditer(_with_gaps(line)) for n in _places(line, match)}
    kinds = []
    for place, (each, character) in enumerate(zip(line, text, strict=True)):
        if place in dates:
            kinds.append("x")
        elif character.isdecimal():
            kinds.append("d")
        elif character.translate(LOOKALIKES).isdecimal() or _is_between_digits(line, place):
            kinds.append("l")
        else:
            kinds.append("x" if each.text.isalnum() else ".")
    return "".join(kinds)


def _with_gaps(line: OcrLine) -> str:
    return "".join(f" {each.text[:1]}" if each.begins_word else each.text[:1] for each in line)


def _places(line: OcrLine, match: re.Match[str]) -> Iterator[int]:
    at = -1
    for place, each in enumerate(line):
        at += 2 if each.begins_word else 1
        if match.start() <= at < match.end():
            yield place


def _is_between_digits(line: OcrLine, place: int) -> bool:
    """A single letter within a group of digits is a digit that was misread."""
    if not line[place].text.isalnum() or not 0 < place < len(line) - 1:
        return False
    before, after = line[place - 1].text, line[place + 1].text
    joined = not line[place].begins_word and not line[place + 1].begins_word
    return joined and before.isdecimal() and after.isdecimal()


def _without_letters_at_ends(line: OcrLine, places: list[int], kinds: str) -> list[int]:
    """Drop words of lookalike letters only, such as “DOB”, at both ends."""
    words: list[list[int]] = []
    for n in places:
        if line[n].begins_word or not words or n != words[-1][-1] + 1:
            words.append([])
        words[-1].append(n)
    while words and not any(kinds[n] == "d" for n in words[0]):
        words.pop(0)
    while words and not any(kinds[n] == "d" for n in words[-1]):
        words.pop()
    digits = sum(kinds[n] == "d" for word in words for n in word)
    kept = [n for word in words for n in word]
    return kept if digits * 2 >= len(kept) else []


def _is_number(run: _Run) -> bool:
    """Whether so many digits are covered by themselves."""
    count = len(run)
    if count >= AADHAAR_DIGITS:
        return True
    if run.labelled_vid and count > VISIBLE_DIGITS:
        return True
    if count < MIN_DIGITS or run.labelled_date:
        return False
    return count > MIN_DIGITS or run.is_grouped or not COMPACT_DATE.fullmatch(run.text)


def _in_run(run: _Run) -> list[FoundNumber]:
    if not _is_number(run):
        return []
    core = _without_stray_signs(run)
    if len(core) < len(run) and len(core) in (AADHAAR_DIGITS, VID_DIGITS) and core.is_grouped:
        stray = [(each.box,) for each in run.symbols if each not in core.symbols]
        found = _found(core)
        return [replace(found, hidden=(*found.hidden, *stray))]
    parts = _split_at_columns(run)
    if len(parts) > 1:
        return [found for part in parts for found in _in_run(part)]
    count = len(run)
    if count == 2 * AADHAAR_DIGITS and run.is_grouped and run.text[:12] == run.text[12:]:
        return [_found(run.part(0, 12)), _found(run.part(12, 24))]
    if count in (AADHAAR_DIGITS, VID_DIGITS) and (run.is_grouped or _is_valid(run.text)):
        return [_found(run)]
    aadhaar = count > VID_DIGITS or (run.groups[:2] == [GROUP, GROUP] and not run.labelled_vid)
    return [_all_of(run, is_aadhaar=aadhaar)]


def _without_stray_signs(run: _Run) -> _Run:
    """The run without strokes before its first and after its last digit."""
    start, end = 0, len(run)
    while start < end and run.symbols[start].text in STRAY_SIGNS:
        start += 1
    while start < end and run.symbols[end - 1].text in STRAY_SIGNS:
        end -= 1
    return run.part(start, end)


def _is_valid(text: str) -> bool:
    return text.isdigit() and has_valid_checksum(text)


def _split_at_columns(run: _Run) -> list[_Run]:
    """Divide a row of several whole numbers in columns, or of fewer digits than a number."""
    height = _height(run.box)
    cuts = [
        n
        for n in range(1, len(run))
        if run.symbols[n].box[0] - run.symbols[n - 1].box[2] > WORD_GAP * height
    ]
    parts = [run.part(start, end) for start, end in pairwise([0, *cuts, len(run)])]
    whole = all(part.is_grouped and len(part) in (AADHAAR_DIGITS, VID_DIGITS) for part in parts)
    return parts if whole or len(run) < AADHAAR_DIGITS else [run]


def _found(run: _Run) -> FoundNumber:
    """A whole number: all but its last four digits are covered."""
    is_aadhaar = len(run) == AADHAAR_DIGITS
    confident = min(each.sure for each in run.symbols[-VISIBLE_DIGITS:]) >= MIN_CONFIDENCE
    alone = run.first and run.last and not run.labelled_vid
    return FoundNumber(
        (tuple(each.box for each in run.symbols[:-VISIBLE_DIGITS]),),
        run.text[-VISIBLE_DIGITS:],
        is_aadhaar and alone and confident and _is_valid(run.text),
        run.upright,
        is_aadhaar and run.text[0] in "23456789?" and not run.labelled_vid,
    )


def _all_of(*runs: _Run, is_aadhaar: bool) -> FoundNumber:
    """Digits of which it is not known where a number ends: all are covered."""
    hidden = tuple(tuple(each.box for each in run.symbols) for run in runs)
    return FoundNumber(
        hidden,
        upright=all(run.upright for run in runs),
        is_aadhaar=is_aadhaar,
        is_helpline=HELPLINES.fullmatch("".join(run.text for run in runs)) is not None,
    )


def _across_columns(runs: list[_Run]) -> Iterator[FoundNumber]:
    """Pieces at one height that make up a number together."""
    for row in _chains(sorted(runs, key=lambda run: run.box[0]), _is_beside):
        count = sum(map(len, row))
        if len(row) > 1 and count >= AADHAAR_DIGITS:
            yield _all_of(*row, is_aadhaar=True)


def _is_beside(one: _Run, other: _Run) -> bool:
    apart = one.box[2] <= other.box[0] + 1 and _are_level(one.box, other.box)
    return apart and one.last and other.first


def _across_lines(runs: list[_Run]) -> Iterator[FoundNumber]:
    """A number that goes on in the line below, or that is written one group below the other."""
    columns = _chains(sorted(runs, key=lambda run: run.box[1]), _is_below)
    pairs = [[one, other] for one in runs for other in runs if _goes_on_below(one, other)]
    for pieces in [*columns, *pairs]:
        if len(pieces) > 1 and sum(map(len, pieces)) >= AADHAAR_DIGITS:
            yield _all_of(*pieces, is_aadhaar=True)


def _goes_on_below(one: _Run, other: _Run) -> bool:
    gap, height = other.box[1] - one.box[3], max(_height(one.box), _height(other.box))
    near = -height / 2 < gap < LINE_GAP * height and other.box[3] > one.box[3]
    return near and one.last and other.first


def _is_below(one: _Run, other: _Run) -> bool:
    overlap = min(one.box[2], other.box[2]) > max(one.box[0], other.box[0])
    whole_lines = one.first and other.last
    return overlap and whole_lines and _goes_on_below(one, other)


def _chains(runs: list[_Run], follows: Callable[[_Run, _Run], bool]) -> list[list[_Run]]:
    chains: list[list[_Run]] = []
    for run in runs:
        chain = next((chain for chain in chains if follows(chain[-1], run)), None)
        if chain is None:
            chains.append([run])
        else:
            chain.append(run)
    return chains
