"""Reads names in Arabic script (Urdu, Kashmiri, Sindhi) as listed names in Latin letters. Pure.

The script writes no short vowels, so that a word cannot be spelled out: Aslam and Islam differ in
a vowel that is mostly left out. A word is read only where exactly one listed name can be written
like it; other words stay as they are, and a person looks at them.
"""

import re
from functools import cache

from onboarding.names import spelling

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]+")
#: Marks of vowels and doubled letters, which are written by few, and joiners.
_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200c\u200d]")
#: Letters that keyboards of Arabic, Persian and Urdu have in forms of their own.
_FORMS = str.maketrans({
    "\u064a": "\u06cc", "\u0649": "\u06cc", "\u06d2": "\u06cc", "\u0643": "\u06a9",
    "\u0647": "\u06c1", "\u0629": "\u06c1", "\u06be": "\u06c1", "\u0623": "\u0627",
    "\u0625": "\u0627", "\u0622": "\u0627", "\u0671": "\u0627", "\u0624": "\u0648",
    "\u06ba": "\u0646", "\u0621": "",
})  # fmt: skip
_ALIF, _AIN, _WAW, _YEH, _HEH, _HAMZA = "\u0627", "\u0639", "\u0648", "\u06cc", "\u06c1", "\u0626"
#: An a at the end that is written with a mark on the letter of i: Mustafa, Musa.
_MARKED_A = re.compile("[\u06cc\u0649\u064a]\u0670$")
#: The commonest names, and what every reader reads.
_KNOWN = {
    "\u0645\u062d\u0645\u062f": "mohammed", "\u062d\u0633\u0646": "hasan",
    "\u0639\u0644\u06cc": "ali", "\u0639\u0645\u0631": "umar", "\u0628\u06cc": "bi",
    "\u0633\u06cc\u062f": "sayed",
    "\u0639\u0628\u062f\u0627\u0644\u0644\u06c1": "abdullah",
}  # fmt: skip
_ABDUL = re.compile("^\u0639\u0628\u062f\u0627\u0644")
#: How a sound can be written; longer ones first.
_CONSONANTS = {
    "kh": "(?:\u062e|\u06a9\u06c1)", "gh": "(?:\u063a|\u06af\u06c1?)", "sh": "\u0634",
    "ch": "\u0686\u06c1?", "ph": "(?:\u0641|\u067e\u06c1)", "th": "[\u062b\u062a\u0679]\u06c1?",
    "dh": "[\u062f\u0688]\u06c1", "bh": "\u0628\u06c1",
    "zh": "[\u0632\u0698\u0630\u0636\u0638]\u06c1?",
    "b": "\u0628", "c": "[\u06a9\u0633]", "d": "[\u062f\u0688\u0636]", "f": "\u0641",
    "g": "\u06af", "h": "[\u06c1\u062d]", "j": "\u062c", "k": "[\u06a9\u0642]", "l": "\u0644",
    "m": "\u0645", "n": "\u0646", "p": "\u067e", "q": "[\u0642\u06a9]", "r": "[\u0631\u0691]",
    "s": "[\u0633\u0635\u062b]", "t": "[\u062a\u0637\u0679]", "v": "\u0648", "w": "\u0648",
    "x": "\u06a9\u0634", "z": "[\u0632\u0630\u0636\u0638]",
}  # fmt: skip
_LONG_A, _LONG_I, _LONG_U = "\u0627", f"[{_YEH}{_HAMZA}]+", "\u0648"
_LONG = {
    "aa": _LONG_A, "ee": _LONG_I, "ii": _LONG_I, "ai": _LONG_I, "ay": _LONG_I, "ei": _LONG_I,
    "ey": _LONG_I, "oo": _LONG_U, "uu": _LONG_U, "ou": _LONG_U, "au": _LONG_U, "aw": _LONG_U,
}  # fmt: skip
_SHORT = {"a": _LONG_A, "i": _LONG_I, "e": _LONG_I, "u": _LONG_U, "o": _LONG_U}
#: Which short vowels a word can spell with the letter of the long one; tried in this order. An o is
#: mostly long.
_TIERS = ("", "aieu", "aieuo")
_SOUNDS = re.compile("|".join(sorted((*_CONSONANTS, *_LONG, *_SHORT, "y"), key=len, reverse=True)))
#: A vowel at the start is carried by one of these.
_START = f"[{_ALIF}{_AIN}]"
_END_A = f"(?:{_HEH}|{_ALIF}|{_ALIF}{_HEH})"


def has_arabic(text: str) -> bool:
    """Whether the text holds a letter of the Arabic script."""
    return _ARABIC.search(text) is not None


def to_latin(text: str) -> str:
    """The text with each word in Arabic script that can be one listed name only in its place."""
    return _ARABIC.sub(lambda word: _read(word.group()), text)


@cache
def _read(word: str) -> str:
    plain = _MARKS.sub("", _MARKED_A.sub(_ALIF, word)).translate(_FORMS)
    if plain in _KNOWN:
        return _KNOWN[plain]
    if (rest := _ABDUL.sub("", plain)) != plain and rest:
        name = _read(rest)
        if name.isascii():
            return f"abdul {name}"
    for tier in _TIERS:
        found = [name for pattern, name in _patterns(tier) if pattern.fullmatch(plain)]
        keys = {spelling.phonetic_key(name) for name in found}
        if keys:
            return found[0] if len(keys) == 1 else word
    return word


@cache
def _patterns(tier: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """How each listed name can be written."""
    names = sorted(spelling.listed_words())
    return tuple((re.compile(_pattern_of(name, tier)), name) for name in names)


def _pattern_of(name: str, tier: str) -> str:
    """A regular expression of the spellings of a name, in which these short vowels can be long."""
    sounds = _SOUNDS.findall(name)
    last = len(sounds) - 1
    pattern = ""
    for place, sound in enumerate(sounds):
        if place and sound == sounds[place - 1] and sound in _CONSONANTS:
            pattern += f"(?:{_CONSONANTS[sound]})?"  # a doubled consonant is mostly one letter
        else:
            is_first, is_last = place == 0, place == last
            pattern += _spellings_of(name, sound, tier, is_first=is_first, is_last=is_last)
    return pattern


def _spellings_of(name: str, sound: str, tier: str, *, is_first: bool, is_last: bool) -> str:
    if sound in _CONSONANTS:
        return _CONSONANTS[sound]
    if sound == "y":
        return _LONG_I
    if is_last and sound in ("a", "aa"):
        return _END_A
    if is_last or sound in _LONG:  # a vowel at the end is always written
        long = _LONG.get(sound) or _SHORT[sound]
    else:
        is_short = sound == "i" and spelling.is_short_i(name)
        long = f"(?:{_SHORT[sound]})?" if sound in tier and not is_short else ""
        if sound == "o" and not is_first and sound not in tier:
            long = _LONG_U
    if is_first:
        return _START + ("" if long == _LONG_A else long)
    return f"{_AIN}?{long}{_AIN}?"
