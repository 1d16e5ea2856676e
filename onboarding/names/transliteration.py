"""Transliterates names from Indian scripts to Latin letters, as Indians usually spell them. Pure.

Unicode encodes nine scripts with the same layout in blocks of 128, so that one table serves all.
Ol Chiki (an alphabet) and Meetei Mayek have tables of their own.
The result is good enough to find that two names agree, but not that they disagree.
"""

import re
from enum import Enum


class Script(Enum):
    """Groups of scripts that lack the same sounds."""

    TAMIL = "Tamil"
    MEETEI = "Meetei Mayek"
    SOUTHERN = "Telugu, Kannada, Malayalam"
    EASTERN = "Bengali, Assamese, Odia"
    OTHER = "others"


_SCRIPTS = {
    Script.TAMIL: (0x0B80,),
    Script.SOUTHERN: (0x0C00, 0x0C80, 0x0D00),
    Script.EASTERN: (0x0980, 0x0B00),
}
_BLOCKS = range(0x0900, 0x0D80)
_SIZE = 0x80
#: Devanagari, Bengali, Gurmukhi, Gujarati and Odia names drop the final short a (schwa).
_SILENT_END = frozenset({0x0900, 0x0980, 0x0A00, 0x0A80, 0x0B00})
_WITH_NUKTA = {"j": "z", "d": "r"}
_VIRAMA, _NUKTA, _ANUSVARA = 0x4D, 0x3C, "~"
_LETTERS = """
    k kh g gh n ch chh j jh n t th d dh n t th d dh n n p ph b bh m y r r l l zh v sh sh s h
"""
_CONSONANTS = dict(enumerate(_LETTERS.split(), start=0x15))
_VOWELS = {
    0x05: "a", 0x06: "aa", 0x07: "i", 0x08: "ee", 0x09: "u", 0x0A: "oo", 0x0B: "ri", 0x0D: "e",
    0x0E: "e", 0x0F: "e", 0x10: "ai", 0x11: "o", 0x12: "o", 0x13: "o", 0x14: "au",
}  # fmt: skip
_SIGNS = {
    0x3E: "aa", 0x3F: "i", 0x40: "ee", 0x41: "u", 0x42: "oo", 0x43: "ri", 0x45: "e", 0x46: "e",
    0x47: "e", 0x48: "ai", 0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "au",
}  # fmt: skip
#: Letters of one script only: Assamese r and v, Odia y and w, Punjabi's flapped r, Bengali's and
#: Malayalam's vowelless ones.
_OWN_LETTERS = {
    "\u09f0": "r", "\u09f1": "v", "\u0d7a": "n", "\u0d7b": "n", "\u0d7c": "r", "\u0d7d": "l",
    "\u0d7e": "l", "\u0d7f": "k", "\u09ce": "t", "\u0b5f": "y", "\u0b71": "w", "\u0a5c": "r",
}  # fmt: skip
_VOWELLESS = frozenset("\u09ce\u0d7a\u0d7b\u0d7c\u0d7d\u0d7e\u0d7f")
_NASALS = {0x01: _ANUSVARA, 0x02: _ANUSVARA, 0x70: _ANUSVARA}


_OL_CHIKI_SOUNDS = "o t g n l a k j m v i s h ny r u ch d n y e p d n r o t b v h"
_OL_CHIKI = {
    **dict(enumerate(_OL_CHIKI_SOUNDS.split(), 0x1C5A)),
    **dict.fromkeys(range(0x1C78, 0x1C7E), ""),
}
_MEETEI_SOUNDS = "k s l m p n ch t kh ng th v y h u i ph a g jh r b j d gh dh bh"
_MEETEI_FINALS, _MEETEI_SIGNS = "k l m p n t ng i", "o i aa e au u ei ng"
_MEETEI_CONSONANTS = dict(enumerate(_MEETEI_SOUNDS.split(), 0xABC0))
_MEETEI_VOWELLESS = dict(enumerate(_MEETEI_FINALS.split(), 0xABDB))
_MEETEI_VOWELS = dict(enumerate(_MEETEI_SIGNS.split(), 0xABE3))
_MEETEI_VIRAMA = 0xABED


def has_indic(text: str) -> bool:
    """Whether the text holds a letter of an Indian script that is transliterated."""
    return any(
        ord(letter) in _BLOCKS or ord(letter) in _OL_CHIKI or "\uabc0" <= letter <= "\uabed"
        for letter in text
    )


def script_of(text: str) -> Script:
    """The script of the first Indian letter that belongs to a group of its own."""
    for letter in text:
        if "\uabc0" <= letter <= "\uabed":
            return Script.MEETEI
        for script, blocks in _SCRIPTS.items():
            if any(block <= ord(letter) < block + _SIZE for block in blocks):
                return script
    return Script.OTHER


def to_latin(text: str) -> str:
    """The text with each word in an Indian script spelled in Latin letters."""
    text = text.translate(_OL_CHIKI)
    text = re.sub(r"[\uabc0-\uabed]+", lambda found: _transliterate_meetei(found.group()), text)
    return re.sub(r"[\u0900-\u0d7f]+", lambda found: _transliterate(found.group()), text)


def _transliterate_meetei(word: str) -> str:
    spelled, has_short_a = "", False
    for letter in map(ord, word):
        if letter in _MEETEI_CONSONANTS:
            sound = _MEETEI_CONSONANTS[letter]
            spelled += ("a" if has_short_a else "") + sound
            has_short_a = sound not in "aiu"
        elif letter in _MEETEI_VOWELLESS:
            spelled += ("a" if has_short_a else "") + _MEETEI_VOWELLESS[letter]
            has_short_a = False
        elif letter == _MEETEI_VIRAMA or letter in _MEETEI_VOWELS:
            spelled += _MEETEI_VOWELS.get(letter, "")
            has_short_a = False
    is_singh = spelled.endswith("ngh")
    return spelled + ("a" if has_short_a and not is_singh else "")


def _transliterate(word: str) -> str:
    # Bengali: y after a consonant is an open a, and b after sh or s is spelled w or v.
    word = word.replace("\u09cd\u09af\u09be", "\u09be")
    word = re.sub("(?<=[\u09b6\u09b8])\u09cd\u09ac", "\u09cd\u09f1", word)
    spelled: list[str] = []
    consonants = 0  # consonants since the last vowel; the last one still has its short a
    for letter in word:
        offset = ord(letter) % _SIZE
        if offset in _CONSONANTS or letter in _OWN_LETTERS:
            sound = _OWN_LETTERS.get(letter) or _CONSONANTS[offset]
            spelled.append(("a" if consonants and spelled[-1] != "" else "") + sound)
            consonants += 1
            if letter in _VOWELLESS:
                spelled.append("")
        elif offset == _VIRAMA:
            spelled.append("")
        elif offset == _NUKTA and spelled and spelled[-1][-1:] in _WITH_NUKTA:
            spelled[-1] = spelled[-1][:-1] + _WITH_NUKTA[spelled[-1][-1]]
        elif offset in _SIGNS:
            spelled.append(_SIGNS[offset])
            consonants = 0
        elif offset in _VOWELS:  # a letter of its own: the consonant before it keeps its short a
            has_short_a = consonants and spelled[-1] != ""
            spelled.append(("a" if has_short_a else "") + _VOWELS[offset])
            consonants = 0
        elif offset in _NASALS:
            spelled.append(("a" if consonants else "") + _ANUSVARA)
            consonants = 0
    return _resolve_nasals("".join(spelled) + _final_vowel(word, spelled, consonants))


def _final_vowel(word: str, spelled: list[str], consonants: int) -> str:
    """The final short a, where it is pronounced: always after two consonants."""
    if not consonants or not spelled or spelled[-1] == "":
        return ""
    silent = ord(word[-1]) // _SIZE * _SIZE in _SILENT_END
    joined = len(spelled) > 1 and spelled[-2] == ""
    return "" if silent and not joined else "a"


def _resolve_nasals(text: str) -> str:
    return re.sub(r"~(?=[pbm])", "m", text).replace("~", "n")
