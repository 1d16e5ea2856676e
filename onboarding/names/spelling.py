"""Phonetic keys: the same key for all spellings of an Indian name. Pure.

Words with the same key are spellings of one name: Lakshmi and Laxmi, Mohd and Muhammad, Geetha and
Gita. A rule must not join different names; where it would in short words (Sham and Sam, Dhara and
Dara), it has a minimum length.
"""

import re

_FAMILIES = {
    "mohammed": "md mohd mohamad mohamed mohammad mohammed muhammad muhammed muhamed mahammad "
    "mahamad mohmad mohammod muhamad",
    "sheikh": "sk sheikh shaikh shaik sheik shekh sekh shek seikh saikh",
    "syed": "syed sayed sayyed saiyad sayyid saiyed sayyad saiyyad",
    "ahmed": "ahmed ahmad ahamed ahamad ahemad ahmmed",
    "husain": "husain hussain hussein husein hossain hossein hussian hosain",
    "abdul": "abdul abdur abdus abdool",
    "yusuf": "yusuf yousuf yousef yusef yousaf yusaf",
    "aisha": "aisha ayesha aysha aesha ayisha aishah",
    "fatima": "fatima fathima fatema fathimah fatimah",
    "begum": "begum begam begom",
    "agarwal": "agarwal aggarwal agrawal agarval aggrawal",
    "tiwari": "tiwari tewari tiwary tivari tewary",
    "bhattacharya": "bhattacharya bhattacharyya bhattacharjee bhattacharji bhattacharyee",
    "singh": "singh sinh",
    "subhash": "subhash subash subhas",
}
_CANON = {word: canon for canon, words in _FAMILIES.items() for word in words.split()}
_CHAUDHARY = re.compile(r"ch(?:au|ou|ow|aw|o)dh?[aou]?r(?:y|i|ee)")
#: A long vowel counts as one letter, so that Aakash is as long as Akash.
_LONG = re.compile(r"ee|ii|oo|uu|aa")
#: Pattern, replacement and minimum length of the word; applied in this order.
_RULES = [
    (re.compile(pattern), replacement, min_length)
    for pattern, replacement, min_length in (
        (r"ee|ii", "i", 0),
        (r"oo|uu", "u", 0),
        (r"aa", "a", 0),
        (r"ksh|x", "ks", 0),
        (r"chh", "ch", 0),
        (r"sh(?=[^aeiouy])", "s", 0),
        (r"^sh", "s", 5),
        (r"sh$", "s", 6),
        (r"sh", "s", 8),
        (r"ph", "f", 0),
        (r"th", "t", 0),
        (r"dh", "d", 6),
        (r"o[uw](?=[^aeiouy])", "au", 0),
        (r"w", "v", 0),
        (r"q|ck|c(?!h)", "k", 0),
        (r"ey$", "e", 0),
        (r"ay(?=[^aeiou]|$)", "ai", 0),
        (r"(?<=[^aeiou])y$", "i", 0),
        (r"iy(?=[aeou])", "i", 0),
        (r"(?<=[^aeiouy])y(?=[aeou])", "i", 0),
        (r"(?<=[aeiou])h$", "", 5),
        (r"([^aeiou])\1", r"\1", 6),
    )
]


def phonetic_key(word: str) -> str:
    """The key of a word in lower-case Latin letters."""
    if _CHAUDHARY.fullmatch(word):
        return "chaudhary"
    spelled = _CANON.get(word, word)
    if spelled in _FAMILIES:
        return spelled
    length = len(_LONG.sub("a", word))
    for pattern, replacement, min_length in _RULES:
        if length >= min_length:
            spelled = pattern.sub(replacement, spelled)
    return spelled


def consonant_skeleton(word: str) -> str:
    """The word without vowels, aspiration and doubled letters, to find similar words."""
    consonants = re.sub(r"(?<=[bcdgjkpt])h|(?<=s)h", "", phonetic_key(word))
    return consonants[:1] + re.sub(r"[aeiouyh]|(.)(?=\1)", "", consonants[1:])
