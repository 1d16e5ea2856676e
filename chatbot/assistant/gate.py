"""The gate: whether a model's answer says only what the entries say that it cites.

Deterministic. A false alarm costs a paraphrase; a miss tells a user something untrue.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.assistant import prompt
from chatbot.assistant.client import ModelAnswer
from chatbot.assistant.grounding import addresses, characters, quantities, statements, words
from chatbot.assistant.prompt import QuotedPassage

LONGEST_ANSWER = 700
MOST_SENTENCES = 8
#: An answer with so many words of the system prompt in a row repeats it.
LEAKED_WORDS = 6
#: A sentence without particular words shares so many words with one of an entry.
FEWEST_NEUTRAL = 3
_EMPHASIS = re.compile(r"(\*\*|__)(\S(?:.*?\S)?)\1")
_CAPITAL = re.compile(r"(?<![\w@./])[A-Z][A-Za-z]*")
_LATIN = re.compile(r"[A-Za-z]+")
_NUMERAL = re.compile(r"^\d+$")


@dataclass(frozen=True)
class GateVerdict:
    """Whether the answer may be sent, and otherwise why not."""

    ok: bool
    reasons: tuple[str, ...] = ()


def without_emphasis(text: str) -> str:
    """The text without Markdown's bold marks, which would be shown as they are."""
    return _EMPHASIS.sub(r"\2", text).strip()


def examine(
    answer: ModelAnswer, *, passages: Sequence[QuotedPassage], question: str, language: str
) -> GateVerdict:
    """Examine an answer to `question` in `language` against the passages it cites.

    The question grounds nothing: it may be hostile too.
    """
    given = {each.id: each for each in passages}
    if answer.refuse:
        return GateVerdict(ok=False, reasons=("REFUSED",))
    if faults := _form_faults(answer, given):
        return GateVerdict(ok=False, reasons=tuple(faults))
    text = without_emphasis(answer.answer)
    cited = [given[each] for each in dict.fromkeys(answer.cited)]
    reasons = [
        *characters.faults(text, " ".join(each.source for each in cited)),
        *_language_faults(text, cited, language),
        *_leaks(text),
        *_grounding_faults(text, cited, language),
    ]
    return GateVerdict(ok=not reasons, reasons=tuple(dict.fromkeys(reasons)))


def _form_faults(answer: ModelAnswer, given: Mapping[str, QuotedPassage]) -> list[str]:
    text = answer.answer.strip()
    if not text:
        return ["EMPTY"]
    if len(text) > LONGEST_ANSWER or len(words.sentences(text)) > MOST_SENTENCES:
        return ["LENGTH"]
    if not answer.cited or not set(answer.cited) <= set(given):
        return ["CITATION"]
    return []


def _language_faults(text: str, cited: Sequence[QuotedPassage], language: str) -> list[str]:
    """Answers are in the language of the question, and so are the entries that ground them."""
    if any(each.language != language for each in cited):
        return ["LANGUAGE"]
    hindi = sum(characters.is_hindi(each) for each in text)
    latin = sum(each.isascii() and each.isalpha() for each in text)
    if language == "HI":
        return [] if hindi >= latin else ["LANGUAGE"]
    return ["LANGUAGE"] if hindi else []


def _leaks(text: str) -> list[str]:
    ours = words.words(prompt.SYSTEM)
    theirs = words.words(text)
    runs = {tuple(ours[n : n + LEAKED_WORDS]) for n in range(len(ours) - LEAKED_WORDS + 1)}
    said = (tuple(theirs[n : n + LEAKED_WORDS]) for n in range(len(theirs)))
    return ["PROMPT"] if any(run in runs for run in said) else []


def _grounding_faults(text: str, cited: Sequence[QuotedPassage], language: str) -> list[str]:
    sources = [each.source for each in cited]
    found = []
    if addresses.ungrounded(text, sources):
        found.append("ADDRESS")
    known = [each for source in sources for each in quantities.quantities(source)]
    if not all(quantities.is_grounded(each, known) for each in quantities.quantities(text)):
        found.append("NUMBER")
    if not _names(text, language) <= set(_LATIN.findall(" ".join(sources))):
        found.append("NAME")
    spoken = [*sources, *(each.question for each in cited)]
    if _unknown_words(text, spoken, language):
        found.append("WORD")
    lines = [line for source in sources for line in words.sentences(source)]
    for sentence in words.sentences(text):
        found += _sentence_faults(sentence, lines, language)
    return found


def _names(text: str, language: str) -> set[str]:
    """Words written like names: capitals within a sentence, and Latin words in Hindi."""
    if language == "HI":
        return set(_LATIN.findall(text))
    names = set[str]()
    for sentence in words.sentences(text):
        start = len(sentence) - len(sentence.lstrip(" -•*\"'("))
        names |= {each.group() for each in _CAPITAL.finditer(sentence) if each.start() > start}
    return names


def _stem(word: str, language: str) -> str:
    return words.hinglish_stem(word) if language == "HINGLISH" else words.stem(word)


def _content(text: str, language: str) -> set[str]:
    """The stems of the words that claim something. Numbers are compared as quantities."""
    kept = (word for word in words.words(text) if not _is_neutral(word, language))
    return {_stem(word, language) for word in kept if not _is_number(word)}


def _is_neutral(word: str, language: str) -> bool:
    if word in words.neutral_words(language):
        return True
    return language == "EN" and words.stem(word) in words.neutral_stems()


def _is_number(word: str) -> bool:
    return bool(_NUMERAL.match(word)) or bool(quantities.quantities(f"{word} x"))


def _unknown_words(text: str, sources: Sequence[str], language: str) -> set[str]:
    """Words that are neither in the entries nor neutral."""
    known = {_stem(word, language) for source in sources for word in words.words(source)}
    units = {each.unit for source in sources for each in quantities.quantities(source)}
    return {
        word
        for word in words.words(text)
        if not _is_neutral(word, language)
        and _stem(word, language) not in known
        and not _is_number(word)
        and quantities.UNIT_OF.get(word, "none") not in _units_alike(units)
    }


def _units_alike(units: set[str]) -> set[str]:
    """The units that may be named: another unit of time says the same time."""
    times = {"second", "minute", "hour", "day", "week"}
    return units | times if units & times else units


def _sentence_faults(sentence: str, lines: Sequence[str], language: str) -> list[str]:
    if ours := _compared(sentence, language):
        shared = [(len(ours & _compared(line, language)), line) for line in lines]
        least = 1
    else:
        stems = set(words.stems(sentence))
        shared = [(len(stems & set(words.stems(line))), line) for line in lines]
        least = FEWEST_NEUTRAL
    most = max((count for count, _ in shared), default=0)
    near = [line for count, line in shared if count >= least and count == most]
    found = statements.faults(sentence, near=near, cited=lines)
    if not near and not _is_courtesy(sentence):
        found.append("NOTHING")
    return found


def _compared(text: str, language: str) -> set[object]:
    """What sentences are compared by: stems and sizes of quantities."""
    return _content(text, language) | {each.size for each in quantities.quantities(text)}


def _is_courtesy(sentence: str) -> bool:
    return len(words.words(sentence)) <= 2
