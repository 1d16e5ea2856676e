"""Word lists: Hindi in Latin letters and in English, short forms, frequent English words."""

from functools import cache
from pathlib import Path

from wordfreq import get_frequency_dict

from hitouch.core.files import yaml_files

_FILE = Path(__file__).with_name("words.yaml")
#: The heading of words that are left out of the English reading.
_NOTHING = "~"


@cache
def _lists() -> dict[str, dict[str, str]]:
    """For each part of the file the English of each spelling."""
    return {
        part: {
            spelling: "" if english == _NOTHING else english
            for english, spellings in groups.items()
            for spelling in map(str, spellings)
        }
        for part, groups in yaml_files.load_yaml(_FILE).items()
    }


@cache
def empty_words() -> frozenset[str]:
    """English words that say nothing about the subject."""
    return frozenset(_lists()["empty"])


def hindi_function_words() -> frozenset[str]:
    """Frequent Hindi words in Latin letters."""
    return frozenset(_lists()["function"])


@cache
def hindi_meanings() -> dict[str, str]:
    """The English of Hindi words in Latin letters; empty for words without a meaning alone."""
    return _lists()["other"] | _lists()["function"]


def short_forms() -> dict[str, str]:
    """The words behind short forms."""
    return _lists()["short"]


@cache
def _frequencies() -> dict[str, float]:
    found: dict[str, float] = get_frequency_dict("en", "small")
    return found


def frequency(word: str) -> float:
    """The share of a word in English texts; 0 for rare ones."""
    return _frequencies().get(word, 0.0)
