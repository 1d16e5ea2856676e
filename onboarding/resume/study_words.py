"""The words by which degrees and schools are known, and how their lines are taken apart."""

import re

#: In this order: "Post Graduate Diploma" is a diploma, "Master of Business" no bachelor's.
LEVELS = (
    ("DOCTORATE", r"ph\.?\s?d|doctor(?:ate)? of|d\.?phil"),
    ("DIPLOMA", r"(?:pg |post graduate |advanced )?diploma|iti|polytechnic|pgdm|pgdca|dca"),
    ("MASTER", r"m\.?\s?(?:a|sc|com|tech|e|b\.?a|c\.?a|phil|ed|s\.?w)\.?(?:\b|(?=\())|master'?s?"
               r"|post ?graduat\w+"),
    ("BACHELOR", r"b\.?\s?(?:a|sc|com|tech|e|b\.?a|c\.?a|b\.?m|ed|pharm|s\.?w|h\.?m)\.?"
                 r"(?:\b|(?=\())|bachelor'?s?|graduation|ll\.?b"),
    ("SCHOOL", r"h\.?s\.?c|s\.?s\.?c|s\.?s\.?l\.?c|p\.?u\.?c|class\s?(?:10|12|x|xii)(?:th)?"
               r"|(?:10|12)\s?th(?: standard| std)?|x{1}ii(?:th)?|xth|matriculation|intermediate"
               r"|higher secondary|senior secondary|secondary school|plus two|10\s?\+\s?2"),
    ("CERTIFICATE", r"certificate|certified|certification"),
)  # fmt: skip
_LEVELS = [
    (level, re.compile(rf"(?<![\w.])(?:{words})(?!\w)", re.IGNORECASE)) for level, words in LEVELS
]
SCHOOL = re.compile(
    r"\b(?:university|college|school|institute|vidyalaya|vidya|academy|board|polytechnic|cbse|icse"
    r"|ignou|vishwavidyalaya|iit|nit|vidyapeeth|mandir|convent|gurukul|campus)\b",
    re.IGNORECASE,
)
MARKS = re.compile(
    r"\(?\b(?:with |aggregate |scored |percentage |cgpa|gpa|marks|grade|first class|distinction)"
    r"[^,|()]*\)?|\d{1,3}(?:\.\d+)?\s?%|\b\d\.\d+\s?/\s?10\b",
    re.IGNORECASE,
)
BRACKETS = re.compile(r"\(([^()]*)\)")
PARTS = re.compile(r"\s*(?:\||,|;|\s-+\s|\bfrom\b|\s{3,}|\sat\s)\s*")


def level_of(text: str) -> str:
    """The level of the first degree that is named, or nothing."""
    return next((level for level, words in _LEVELS if words.search(text)), "")


def school_apart(brackets: "re.Match[str]") -> str:
    """A school in brackets is a part of its own; other brackets stay."""
    return f" | {brackets[1]} | " if SCHOOL.search(brackets[1]) else brackets[0]


def tidy(part: str) -> str:
    """Without what stood around a year, but with the brackets of "B.Sc (Physics)"."""
    plain = re.sub(
        r"\(\s*-?\s*\)|\b(?:in|year|passed in|passing year)\s*[:.]?\s*$", "", part.strip()
    )
    plain = plain.strip(" []-.:,|")
    return plain if plain.count("(") == plain.count(")") else plain.strip("() ")
