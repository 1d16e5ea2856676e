"""Phonetic keys: the same key for all spellings of an Indian name. Pure.

Words with the same key are spellings of one name: Lakshmi and Laxmi, Mohd and Muhammad, Geetha and
Gita. A sound class alone never joins two given names that people tell apart (Shaji and Saji,
Sameer and Shameer, Wani and Vani, Ray and Rai, Mallik and Malik): such spellings are joined name
by name, by the list in `data/spellings.txt`, or in words so long that nobody bears the other one.
"""

import re
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")
SPELLINGS, NAMES = _DATA / "spellings.txt", _DATA / "names.txt"
_CHAUDHARY = re.compile(r"ch(?:au|ou|ow|aw|o)dh?[aou]?r(?:y|i|ee)")
#: A long vowel counts as one letter, so that Aakash is as long as Akash.
_LONG = re.compile(r"ee|ii|oo|uu|aa")
#: Pattern, replacement and minimum length of the word; applied in this order.
_RULES = [
    (re.compile(pattern), replacement, min_length)
    for pattern, replacement, min_length in (
        (r"ee|ii", "i", 0),
        (r"oo|uu", "u", 0),
        (r"aa+", "a", 0),
        (r"ksh|x", "ks", 0),
        (r"chh", "ch", 0),
        (r"que$", "k", 5),
        (r"zh", "l", 0),
        (r"c(?=[iey])", "s", 0),
        (r"^shr", "sr", 0),
        (r"sh(?=[wv])", "s", 5),
        (r"sh(?=[nkp])", "s", 6),
        (r"(?<=e)sh$", "s", 6),
        (r"(?<!^)sh", "s", 9),
        (r"ph", "f", 0),
        (r"th", "t", 5),
        (r"ndh", "nd", 5),
        (r"(?<=[aeiou])dh$", "d", 5),
        (r"(?<!^)dh", "d", 9),
        (r"(?<!^)gh", "g", 9),
        (r"o[uw](?=[^aeiouy])", "au", 6),
        (r"(?<=s)w", "v", 0),
        (r"(?<!^)w", "v", 6),
        (r"q|ck|c(?!h)", "k", 0),
        (r"ay(?=[^aeiouy])", "ai", 5),
        (r"(?<=[^aeiou])y$", "i", 0),
        (r"iy(?=[aeou])", "i", 0),
        (r"(?<=[^aeiouy])y(?=[aeou])", "i", 0),
        (r"(?<=[^aeiou])ey$", "e", 7),
        (r"(?<=[aeiou])h$", "", 5),
        # The vowel r, spoken ri in the north and ru in the west: Kritika and Krutika.
        (r"(?<=[kgbmptv])ru(?=[^aeiouy])", "ri", 5),
        (r"(?<=[^aeiouy])y(?=[^aeiouy])", "i", 5),
        (r"([^aeiouy])\1", r"\1", 7),
        (r"(?<=[a-z]{3}[^aeiouy])bhai$|(?<=[a-z][a-z]a)ben$", "", 6),
    )
]
#: Words that the rules would turn into another name.
_UNCHANGED = frozenset({"mallika", "krishnaben"})
#: Keys of two Arabic names each, of which only one has a long i: Rashid and Rasheed.
_WITH_OR_WITHOUT_LONG_I_WORDS = """
    adil alim amir aqil fazil hafis hafiz hakim hamid kadir kamil khalid majid nasir nazir rashid
    sabir sajid shahid shakir tahir vahid zahir zakir
"""
_WITH_OR_WITHOUT_LONG_I = frozenset(_WITH_OR_WITHOUT_LONG_I_WORDS.split())


def phonetic_key(word: str) -> str:
    """The key of a word in lower-case Latin letters."""
    key = _apply_rules(word)
    if key in _WITH_OR_WITHOUT_LONG_I and re.search("ee|ii", word):
        return word
    return _keys_of_spellings().get(key, key)


def _apply_rules(word: str) -> str:
    if _CHAUDHARY.fullmatch(word):
        return "chaudhary"
    if word in _UNCHANGED:
        return word
    length = len(_LONG.sub("a", word))
    for pattern, replacement, min_length in _RULES:
        if length >= min_length:
            word = pattern.sub(replacement, word)
    return word


@cache
def _keys_of_spellings() -> dict[str, str]:
    """The key of the first word of its line, by the key of each listed spelling."""
    return {
        _apply_rules(word): _apply_rules(words[0]) for words in listed_spellings() for word in words
    }


@cache
def listed_spellings() -> tuple[tuple[str, ...], ...]:
    """The lines of `data/spellings.txt`, each with the spellings of one name."""
    return tuple(tuple(line.split()) for line in _lines(SPELLINGS))


@cache
def listed_words() -> frozenset[str]:
    """All words that are listed in `data`."""
    lines = (line for file in (SPELLINGS, NAMES) for line in _lines(file))
    return frozenset(word for line in lines for word in line.split())


@cache
def listed_names() -> frozenset[str]:
    """The keys of all names that are listed in `data`."""
    return frozenset(map(phonetic_key, listed_words()))


def is_short_i(word: str) -> bool:
    """Whether a word is the one of two Arabic names that has no long i: Rashid, not Rasheed."""
    return _apply_rules(word) in _WITH_OR_WITHOUT_LONG_I and not re.search("ee|ii", word)


def _lines(file: Path) -> list[str]:
    lines = file.read_text(encoding="ascii").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


#: Letters that transliterations exchange; they make words similar, never the same.
_SIMILAR = str.maketrans("wz", "vj")


def consonant_skeleton(word: str) -> str:
    """The word without vowels, aspiration and doubled letters, to find similar words."""
    consonants = re.sub(r"(?<=[bcdgjkpt])h|(?<=s)h", "", phonetic_key(word))
    consonants = consonants.translate(_SIMILAR)
    return consonants[:1] + re.sub(r"[aeiouyh]|(.)(?=\1)", "", consonants[1:])
