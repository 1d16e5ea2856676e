"""Compares a word in an Indian script with its Latin spelling. Pure.

The scripts write short vowels that are not spoken (Kamala, spoken Kamla), and some lack a sound
that Latin spells: Tamil has one letter for k and g, Bengali one for b and v. Words that differ in
nothing but the unspoken vowels are one name. Words that differ in a sound that the script lacks are
one name only where the Latin one is a listed name and no other listed name is written like it:
Ganesan is, but a Tamil word may stand for Tara or for Dhara.
"""

import re
from functools import cache

from onboarding.names import spelling
from onboarding.names.transliteration import Script

_Rules = list[tuple[re.Pattern[str], str]]


def _compile(*rules: tuple[str, str]) -> _Rules:
    return [(re.compile(pattern), replacement) for pattern, replacement in rules]


#: For all scripts: spellings of one sound.
_SAME_SOUND = _compile(
    (r"e(?=r[^aeiou]|r$)", "a"),
    (r"uv(?=a)", "u"),
    (r"(?:jn|dni|gni)(?=[aeiou])", "gi"),
    (r"([^aeiou])\1", r"\1"),
)
#: For all scripts: sounds for which there is one letter, or which are often written alike.
_LACKING = _compile((r"w", "v"), (r"z", "j"))
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
    Script.SOUTHERN: _compile(_UNASPIRATED, (r"mp", "mb")),
    Script.MEETEI: _compile((r"sh", "s"), (r"ao|ou", "au"), (r"(?<=[aeiou])u+", "u"), (r"v", "b")),
    Script.EASTERN: _compile((r"sh", "s"), (r"bh|v", "b"), (r"o", "a"), (r"ia(?=[^aeiou])", "a")),
    Script.OTHER: [],
}


def sound_the_same(indic: str, latin: str, script: Script) -> bool:
    """Whether a transliterated word and a Latin one are one spoken name."""
    if min(len(indic), len(latin)) < 2:
        return False
    keys = [spelling.phonetic_key(word) for word in (indic, latin)]
    if keys[0] == keys[1] and script is not Script.TAMIL:
        return True
    rules = _LACKING + _BY_SCRIPT[script]
    forms = [_reduce(key, rules) for key in keys]
    if forms[0] != forms[1]:
        return False
    names = _listed_names(script).get(forms[1], frozenset())
    if _reduce(keys[0], []) == _reduce(keys[1], []):
        return names <= {keys[1]}
    return names == {keys[1]}


def _reduce(key: str, rules: _Rules) -> str:
    for pattern, replacement in _SAME_SOUND + rules:
        key = pattern.sub(replacement, key)
    start = re.match(r"[^aeiou]*[aeiou]*", key)
    first = start.end() if start else 0
    key = key[:first] + _UNSPOKEN_A.sub("", key[first:])
    for pattern, replacement in _FINAL:
        key = pattern.sub(replacement, key)
    return key


@cache
def _listed_names(script: Script) -> dict[str, frozenset[str]]:
    """The keys of all listed names by their form in this script."""
    rules = _LACKING + _BY_SCRIPT[script]
    names: dict[str, frozenset[str]] = {}
    for key in spelling.listed_names():
        form = _reduce(key, rules)
        names[form] = names.get(form, frozenset()) | {key}
    return names
