"""Compares a word in an Indian script with its Latin spelling. Pure.

The scripts write short vowels that are not spoken (Kamala, spoken Kamla), and some lack a sound
that Latin spells: Tamil has one letter for k and g, Bengali one for b and v. So both words are
reduced to a key that drops what the script at hand cannot tell, and only for that script.
"""

import re
from functools import cache

from onboarding.names import spelling
from onboarding.names.transliteration import Script

_Rules = list[tuple[re.Pattern[str], str]]


def _compile(*rules: tuple[str, str]) -> _Rules:
    return [(re.compile(pattern), replacement) for pattern, replacement in rules]


#: For all scripts, before and after the unspoken short a is removed.
_COMMON = _compile(
    (r"e(?=r[^aeiou]|r$)", "a"),
    (r"uv(?=a)", "u"),
    (r"(?:jn|dni|gni)(?=[aeiou])", "gi"),
    (r"w", "v"),
    (r"z", "j"),
    (r"([^aeiou])\1", r"\1"),
)
_FINAL = _compile((r"(?<=[aeiou])y(?=[^aeiou]|$)", "i"), (r"(?<=a)yi", "i"))
_UNSPOKEN_A = re.compile(r"(?<=[^aeiou])a(?=[^aeiou])")
_UNASPIRATED = (r"(?<=[bdgkpt])h", "")
#: Sounds that a script does not tell apart, or writes with an auxiliary vowel.
_BY_SCRIPT: dict[Script, _Rules] = {
    Script.TAMIL: _compile(
        _UNASPIRATED,
        (r"l?jh|zh", "l"),
        (r"sh|ch|[cj]", "s"),
        (r"(?<=[aeiou])h(?=[aeiou])", "k"),
        (r"(?<=[kgpbtds])[iu](?=r[aeiou])", ""),
        (r"(?<=kr)[iu](?=s)", "i"),
        (r"tsu?(?=m)", "ks"),
        (r"ey(?=[aeiou])", "ay"),
        (r"(.)\1", r"\1"),
        (r"g", "k"),
        (r"d", "t"),
        (r"[bf]", "p"),
    ),
    Script.SOUTHERN: _compile(_UNASPIRATED),
    Script.EASTERN: _compile((r"sh", "s"), (r"bh|v", "b"), (r"o", "a"), (r"ia(?=[^aeiou])", "a")),
    Script.OTHER: [],
}


def sound_the_same(one: str, other: str, script: Script) -> bool:
    """Whether two words in Latin letters, one of them transliterated, are one spoken name."""
    return min(len(one), len(other)) > 1 and spoken_key(one, script) == spoken_key(other, script)


def spoken_key(word: str, script: Script) -> str:
    """The key of a word for comparison with a word in this script."""
    key = _reduce(spelling.phonetic_key(word), script)
    return _keys_of_spellings(script).get(key, key)


def _reduce(key: str, script: Script) -> str:
    for pattern, replacement in _COMMON + _BY_SCRIPT[script]:
        key = pattern.sub(replacement, key)
    start = re.match(r"[^aeiou]*[aeiou]*", key)
    first = start.end() if start else 0
    key = key[:first] + _UNSPOKEN_A.sub("", key[first:])
    for pattern, replacement in _FINAL:
        key = pattern.sub(replacement, key)
    return key


@cache
def _keys_of_spellings(script: Script) -> dict[str, str]:
    """The key of the first word of its line, for each listed spelling that no other line has."""
    lines: dict[str, set[str]] = {}
    for words in spelling.listed_spellings():
        for word in words:
            lines.setdefault(_reduce(spelling.phonetic_key(word), script), set()).add(words[0])
    return {
        key: _reduce(spelling.phonetic_key(next(iter(first))), script)
        for key, first in lines.items()
        if len(first) == 1
    }
