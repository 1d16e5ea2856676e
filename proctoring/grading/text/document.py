"""An answer as words, sentences and paragraphs, with offsets into what the person wrote.

What is no prose (mark-up, code, addresses, numbers) is masked with spaces, so that offsets of
words stay those of the original text, in code points.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

#: Longer texts are cut; the journal of answers keeps no longer ones.
MAX_CHARACTERS = 20_000
#: A line with so few words and without a full stop is a greeting, a heading or a signature.
SHORT_LINE = 5

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_ENDS = re.compile(r"[.!?…]+[\"'\u201d\u2019)\]]*(?=\s|$)|\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|prof|st|no|rs|vs|etc|e\.g|i\.e|a\.m|p\.m)$", re.I
)
_NOT_PROSE = re.compile(
    r"<[^<>\n]{0,300}>"  # a tag
    r"|\{[^{}]{0,2000}\}"  # JSON, a template
    r"|```.{0,2000}?```"
    r"|\w{41,}"  # longer than any word
    r"|https?://\S{1,500}|\bwww\.\S{1,300}|\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}",
    re.S,
)
_APOSTROPHES = str.maketrans("\u2019\u2018`\u00b4", "''''")


@dataclass(frozen=True)
class Word:
    """A word with its place in the original text; `lower` has a plain apostrophe."""

    start: int
    end: int
    text: str
    lower: str


@dataclass(frozen=True)
class Sentence:
    """A sentence: its place, and the words in it."""

    start: int
    end: int
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Document:
    """A text prepared for all measures."""

    text: str
    is_transcript: bool = False
    is_cut: bool = False

    @cached_property
    def prose(self) -> str:
        """The text with control characters and what is no prose replaced by spaces."""
        plain = "".join(
            " " if char != "\n" and unicodedata.category(char)[0] == "C" else char
            for char in self.text.replace("\r", "\n")
        ).translate(_APOSTROPHES)
        return _NOT_PROSE.sub(lambda found: " " * len(found[0]), plain)

    @cached_property
    def lower(self) -> str:
        """The prose in small letters, with the same offsets."""
        return "".join(small if len(small := char.lower()) == 1 else char for char in self.prose)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words."""
        return tuple(
            Word(found.start(), found.end(), found[0], found[0].lower())
            for found in _WORD.finditer(self.prose)
        )

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, without greetings, headings and signatures."""
        return tuple(sentence for sentence in self._lines if not self._is_short_line(sentence))

    @cached_property
    def paragraphs(self) -> int:
        """How many blocks of sentences stand between empty lines, or lines if there are none."""
        starts = [sentence.start for sentence in self.sentences]
        breaks = [found.start() for found in re.finditer(r"\n\s*\n", self.prose)]
        return len({sum(place <= start for place in breaks) for start in starts})

    @cached_property
    def is_punctuated(self) -> bool:
        """Whether full stops divide the text."""
        stops = len(re.findall(r"[.!?](?=\s|$)", self.prose))
        return stops > 0 and len(self.words) / stops <= 60

    @cached_property
    def _lines(self) -> list[Sentence]:
        found: list[Sentence] = []
        left, words = 0, self.words
        for end in [*self._ends(), len(self.prose)]:
            right = left
            while right < len(words) and words[right].end <= end:
                right += 1
            if right > left:
                found.append(Sentence(words[left].start, end, words[left:right]))
            left = right
        return found

    def _ends(self) -> list[int]:
        ends = []
        for found in _ENDS.finditer(self.prose):
            before = self.prose[max(0, found.start() - 6) : found.start()]
            if not (found[0] == "." and _ABBREVIATION.search(before)):
                ends.append(found.end())
        return ends

    def _is_short_line(self, line: Sentence) -> bool:
        tail = self.prose[line.words[-1].end : line.end]
        return (
            not self.is_transcript
            and len(line.words) <= SHORT_LINE
            and not re.search(r"[.!?]", tail)
        )


def read_document(text: str, *, is_transcript: bool = False) -> Document:
    """Prepare a text; what exceeds the limit is cut off."""
    return Document(text[:MAX_CHARACTERS], is_transcript, len(text) > MAX_CHARACTERS)


def words_of(text: str) -> list[str]:
    """The words of a short text, in lower case."""
    return [found[0].lower() for found in _WORD.finditer(text.translate(_APOSTROPHES))]
