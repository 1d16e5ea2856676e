"""Parses education entries from the lines of a résumé."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

from onboarding.resume.parser.date_ranges import (
    YEAR,
    find_date_range,
    join_split_ranges,
    without_durations,
)
from onboarding.resume.parser.locations import is_location
from onboarding.resume.parser.sections import BULLET, COLUMN
from onboarding.resume.parser.tables import find_table
from onboarding.resume.parser.units import clean_unit, is_body, strong_units

#: The order matters: "Post Graduate Diploma" is a diploma, not a master's degree. Short names are
#: words of sentences too ("be", "me"), so that they count in capitals or with dots only.
LEVELS = (
    ("DOCTORATE", r"ph\.?\s?d|doctor(?:ate)? of|d\.?phil|doctorate"),
    ("DIPLOMA", r"(?:pg |post[ -]?graduate |advanced )?diploma|(?-i:ITI|I\.T\.I\.?)|pgdm"
                r"|pgdca|dca|pgdbm"
                r"|d\.?\s?(?:ed|pharm)|d\.el\.ed"),
    ("MASTER", r"(?-i:PG)|m\.\s?a|m\.\s?e|(?-i:MA|ME)|m\.?\s?(?:sc|com|tech|b\.?\s?a"
               r"|c\.?\s?a|phil|ed"
               r"|s\.?w|pharm|lib|des|p\.?ed)\.?(?:\b|(?=\())|ll\.?m|master'?s?|post[ "
               r"-]?graduat\w+"),
    ("BACHELOR", r"b\.\s?a|b\.\s?e|(?-i:BA|BE|UG)|b\.?\s?(?:sc|com|tech|b\.?\s?a|c\.?\s?a"
                 r"|b\.?m|m\.?s"
                 r"|ed|pharm|s\.?w|h\.?m|h\.?m\.?c\.?t|f\.?a|d\.?s|arch|voc|lib|des|p\.?ed|a\.?f|m\.?m"
                 r"|el\.?ed|i\.?t|m\.?l\.?t)"
                 r"\.?(?:\b|(?=\())|m\.?b\.?b\.?s|bachelor'?s?|graduation|ll\.?b|under[ "
                 r"-]?graduat\w+"
                 r"|graduate"),
    ("SCHOOL", r"h\.?s\.?c|s\.?s\.?c|s\.?s\.?l\.?c|h\.?s\.?l\.?c|p\.?u\.?c|pre[ -]?university"
               r"|(?:class|std\.?|standard)\s?-?\s?(?:10|12|x|xii)(?:th)?"
               r"|(?:10|12|x|xii)\s?th(?: standard| std| class| grade)?|(?-i:XII)|(?-i:X)(?= ?\(|$)"
               r"|matriculation|matric|madhyamik|intermediate|h\.s\.|higher secondary|senior "
               r"secondary"
               r"|secondary school|secondary(?= ?\(|$)|plus two|10\s?\+\s?2|\+2|high school"
               r"|secondary education"
               r"|(?:tenth|twelfth)(?: standard| class)?|junior college"),
    ("CERTIFICATE", r"certificate|certified|certification"),
)  # fmt: skip
_LEVELS = [
    (level, re.compile(rf"(?<![\w.])(?:{pattern})(?!\w)", re.IGNORECASE))
    for level, pattern in LEVELS
]
INSTITUTION = re.compile(
    r"\b(?:universit(?:y|ies)|university's|college|school|institut(?:e|ion)s?|vidyalaya|vidyalay|vidya"
    r"|academy|board|polytechnic|cbse|icse|nios|cisce|ignou|vishwavidyalaya|vishwa vidyalaya"
    r"|iit|nit"
    r"|iim|iiit|nift|ihm|bits|vit|nmims|vidyapeeth|vidyapith|mandir|convent|centre|center|gurukul|campus|univ"
    r"|vidhyalaya|niketan|shala|high school|sansthan|mahavidyalaya|jnv|k\.?v|kvs|msbshse"
    r"|mahavidyalay"
    r"|g\.?i\.?c|inter college|(?:govt\.?|government) iti)\b",
    re.IGNORECASE,
)
#: Boards examine the pupils of many schools.
BOARD = re.compile(
    r"\b(?:board|cbse|icse|nios|cisce|msbshse|isc|council|hpbose|jkbose)\b|\b(?-i:[A-Z]{2,6}SEB?|BSEB|GSEB|PSEB)\b",
    re.IGNORECASE,
)
#: The name of a school that sounds like a degree.
_SCHOOL_NAME = re.compile(
    r"(?<=\w)\.?\s+(?:(?:higher|senior|sr\.?|hr\.?)\s+(?:secondary|sec\.?)\s+school|high school"
    r"|secondary school|junior college|inter(?:mediate)? college)\b(?!\s+(?:certificate"
    r"|leaving|exam))",
    re.IGNORECASE,
)
_BOARD_NAME = re.compile(
    r"\bboard of .*|\b(?:council|directorate) (?:for|of) .*|\b(?:state|central) board.*",
    re.IGNORECASE,
)
MARKS = re.compile(
    r"\(?\b(?:with |aggregate |scored? |percentage\b|secured |obtained |percentile|s?c?gpa"
    r"|marks\b|grade\b"
    r"|first class|first division|(?:1st|2nd|ist|iind) (?:div|class)|second class|second division"
    r"|distinction|first rank|result\b|score\b|division\b)[^,|()\t]*?(?:\)|(?=\bfrom\b|\bin "
    r"(?:the )?(?:year )?(?:19|20)\d\d|[,|()\t]|$))|\(?\d{1,3}(?:\.\d+)?\s?%\)?"
    r"|\b\d{1,2}(?:\.\d+)?\s?/\s?(?:10|4)(?:\.0)?\b|\b\d\.\d+\s*(?:c?gpa)\b|\b\d{2}\.\d{1,2}\b",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)")
_DATE = re.compile(
    r"\(?(?:\b(?:in|year|passed(?: out)?(?: in)?|passing year|(?:in )?the year(?: of)?|year "
    r"of \w+|batch|batch of|session|class of"
    r"|completed(?: in)?|expected|graduated)\s*[:.-]?\s*)?(?:\b(?:\d{1,2}\s)?(?:jan|feb|mar"
    r"|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?[\s,'-]{0,2}|\b\d{1,2}[/.-]"
    r"(?:\d{1,2}[/.-])?)?(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)\s*(?:batch|passed out)?\)?",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"(\s*,\s+|\s*,(?=[A-Za-z])|\s+[-/]\s+|\s+from\s+|\s+at\s+|\s*:\s+|\s+through\s+)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:(?:degree|course|qualification|exam(?:ination)?|institut(?:e|ion)|college|school|university"
    r"|board|school/college|college/university|board/university|year(?: of passing)?|passing year"
    r"|specialization|stream|name of (?:the )?(?:college|institution|institute|school|university)"
    r"|graduation|post graduation|under graduation|ug|pg|highest qualification|institute name"
    r"|college name|university name|school name)\s*[:-]+\s*"
    r"|(?:completed|passed|pursuing|pursued|done|obtained|did|currently pursuing|i have done"
    r"|i completed|i have completed|have completed)\s+(?:my\s+)?)",
    re.IGNORECASE,
)
#: Longer lines name no qualification.
MAX_LINE = 400
#: A part of a name.
_ONLY_NOUN = re.compile(r"university|college|school|institute|academy|board", re.IGNORECASE)
_UNIVERSITY = re.compile(r"\b(?:university|univ|vidyapeeth|vishwavidyalaya)\b", re.IGNORECASE)
#: Words before the name of a school.
_FROM = re.compile(r"^(?:from|at|in|through|by)\s+", re.IGNORECASE)
_ITI = re.compile(
    r"\b(?:govt\.?|government|private|pvt\.?|industrial training)\b.*\biti\b", re.IGNORECASE
)
_SCHOOL_AT_END = re.compile(
    r".*\b(?:school|college|university|institute|academy|vidyalaya|polytechnic|vidyapeeth)$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:high|higher secondary|senior secondary|secondary|intermediate|junior|pre-?university)"
    r"(?: school| college)?",
    re.IGNORECASE,
)
_DEGREE_WORD = re.compile(r"(?:bachelor|master|diploma|b\.|m\.|doctor)", re.IGNORECASE)
_ABBREVIATED = re.compile(
    r"((?:[A-Z][A-Za-z]{0,4}\.? ?){1,3}(?:\([^()]*\))?|(?:10|12)th|(?:Class |Std\.? )?(?:X|XII))"
    r"\s+([A-Z].{5,})"
)
#: What people study. Other words after a degree can be the name of a school.
_SUBJECT = re.compile(
    r"\b(?:commerce|science|arts|computers?|civil|mechanical|electrical|electronics|ece|cse|eee|it"
    r"|hr|english|hindi|marathi|tamil|sanskrit|history|law|music|design|maths?|pcmb?|pcb|hons|honours"
    r"|general|regular|stream|psychology|business|marketing|accounts|hotel|tourism|media|systems"
    r"|applications?|humanities|full[- ]time|part[- ]time|distance|major|minor|speciali[sz]ation"
    r"|subjects?|pass|first|second|third|class|rank|topper|mass|journalism|home|political|social"
    r"|electrician|fitter|welder|plumber|copa|turner|machinist|stenography|\w+(?:ology|graphy|onomics|matics|istry|ysics|nics|ering|ement|cture|ance|ancy|keeping"
    r"|nursing|administration|education|technology|studies|literature|work|pharmacy|botany))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Education:
    """One qualification, with the fields of the profile's form."""

    level: str
    title: str
    institution: str
    year: int | None


@dataclass(frozen=True)
class Line:
    """What one line says: degrees, institutions, and the year of completion if there is one."""

    titles: list[str]
    institutions: list[str]
    #: Texts that are neither, such as a school whose name does not say so.
    others: list[str]
    years: frozenset[int]
    ended: int | None = None
    dated: bool = False
    #: Titles with the text that follows them, which can be a subject or a school.
    longer: dict[str, str] = field(default_factory=dict)


@dataclass
class Group:
    """The lines of one entry."""

    lines: list[Line] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether a line has a degree ("titles"), an institution or a date."""
        return any(getattr(line, name) for line in self.lines)


def find_education(lines: list[str], *, today: date) -> list[Education]:
    """Entries of tables with headings, and of lines that name a degree with those around it."""
    table = find_table(lines)
    if table and any("degree" in row or "institution" in row for row in table.rows):
        rows = [entry for row in table.rows if (entry := _entry_of_row(row, today))]
        around = [*lines[: table.start], COLUMN, *lines[table.end :]]
        return [*rows, *find_education(around, today=today)]
    groups = _grouped(list(_parsed_lines(join_split_ranges(lines, today=today), today)))
    return [entry for group in groups if (entry := _entry_of(group))]


def find_education_lines(lines: list[str]) -> list[str]:
    """Lines with a degree and a year, for résumés without a heading."""
    return [line for line in lines if level_of(line) and YEAR.search(line)]


def level_of(text: str) -> str:
    """The level of the first degree that is named, or an empty text."""
    plain = _BOARD_NAME.sub(" ", _SCHOOL_NAME.sub(" ", text))
    return next((level for level, pattern in _LEVELS if pattern.search(plain)), "")


def _entry_of_row(row: dict[str, str], today: date) -> Education | None:
    degree = _parsed_line(row.get("degree", ""), today)
    title = (
        clean_unit(MARKS.sub(" ", _DATE.sub(" ", row.get("degree", "")))) if degree.titles else ""
    )
    if degree.institutions and degree.titles:
        title = degree.titles[0]
    elif not title:
        title = clean_unit(row.get("degree", ""))
    if not level_of(title) and not re.search(r"[^\W\d]{2}", title.replace(".", "")):
        return None
    schools = [clean_unit(row.get(name, "")) for name in ("institution", "board")]
    schools = [school for school in schools if re.search(r"[^\W\d]{2}", school)]
    places = [*schools, *degree.institutions, ""]
    dated = _parsed_line(" ".join(row.get(n, "") for n in ("year", "period", "to", "from")), today)
    years = dated.years if dated.dated else degree.years
    year = dated.ended or (next(iter(years)) if len(years) == 1 and not dated.ended else None)
    return Education(level_of(title), title[:120], places[0][:160], _past(year, today))


def _past(year: int | None, today: date) -> int | None:
    return year if year and year <= today.year else None


def _parsed_lines(lines: list[str], today: date) -> Iterator[Line | None]:
    """The lines that say something; None where another column starts."""
    pieces = [piece for line in lines for piece in line.split(";") if piece.strip()]
    pieces = _with_whole_schools(pieces)
    is_list = any(BULLET.match(line) and level_of(line) for line in pieces)
    for line in pieces:
        if line == COLUMN:
            yield None
        elif len(line) < MAX_LINE and (level_of(line) or is_list or not BULLET.match(line)):
            parsed = _parsed_line(BULLET.sub("", line), today)
            says = parsed.institutions or parsed.dated or parsed.others
            if parsed.titles or parsed.institutions or (says and not is_body(line)):
                yield parsed


def _with_whole_schools(lines: list[str]) -> list[str]:
    """Lines, with names of schools that two lines share in one: "Institute of / Management"."""
    whole: list[str] = []
    for line in lines:
        last = whole[-1] if whole else ""
        is_open = re.search(r"\b(?:of|and|for|&)\s\w+$", last, re.IGNORECASE) and not level_of(last)
        is_rest = re.fullmatch(r"[A-Z]\w+(?: (?:and|&|of|\w+)){0,3}", line) and _SUBJECT.search(
            line
        )
        same_case = last.isupper() == line.isupper()
        is_school = is_open and is_rest and INSTITUTION.search(last) and not level_of(line)
        is_noun = _ONLY_NOUN.fullmatch(line) and last[:1].isupper() and not _YEARS.search(last)
        if same_case and (is_school or (is_noun and "\t" not in last and not level_of(last))):
            whole[-1] = f"{last} {line}"
        else:
            whole.append(line)
    return whole


def _parsed_line(line: str, today: date) -> Line:
    date_range = find_date_range(line, today=today)
    years = {int(year) for year in _YEARS.findall(line) if int(year) <= today.year}
    rest, ended = line, None
    if date_range:
        rest = line[: date_range.span[0]] + "|" + line[date_range.span[1] :]
        ended = date_range.ended_on.year if date_range.ended_on else None
        years = set()
    parsed = Line([], [], [], frozenset(years), ended, bool(date_range or _YEARS.search(line)))
    for unit in strong_units(without_dates(MARKS.sub(" ", rest))):
        _sort_pieces(unit, parsed)
    return parsed


def without_dates(text: str) -> str:
    """The text with bars in place of dates and lengths of time."""
    return _DATE.sub(" | ", without_durations(text))


def _sort_pieces(unit: str, line: Line) -> None:
    """Sort the pieces of a unit. Other pieces after a degree belong to it: "B.Com, Accounts"."""
    unit = _LABEL.sub("", re.sub(r"\(([^()]*)\)", _separated, unit))
    title = ""
    for separator, piece in _cut(unit):
        kind = _kind_of(piece)
        joins = separator in (",", "-", "/", "")
        if kind == "both" and (both := _degree_then_school(piece)):
            line.titles.append(both[0])
            line.institutions.append(both[1])
        elif kind == "title":
            title = _joined_title(title, separator, piece)
        elif _ONLY_NOUN.fullmatch(piece):
            continue
        elif kind == "institution" or (title and _is_from(separator, piece)):
            line.institutions.append(piece)
            line.titles.extend([title] if title else [])
            title = ""
        elif kind == "subject" and title and joins:
            title = _joined_title(title, separator, piece)
        elif kind == "other":
            line.others.append(piece)
            if title and joins:
                line.longer[title] = _joined_title(title, separator, piece)
    line.titles.extend([title] if title else [])


def _is_from(separator: str, piece: str) -> bool:
    return separator.casefold() in ("from", "at", "through") and piece[:1].isupper()


def _cut(unit: str) -> Iterator[tuple[str, str]]:
    """The pieces of a unit, each with the separator before it. Places are left out."""
    pieces = ["", *_CUT.split(unit)]
    for separator, text in zip(pieces[::2], pieces[1::2], strict=True):
        piece = _FROM.sub("", clean_unit(_LABEL.sub("", text.strip())))
        if piece and not is_location(piece):
            yield separator.strip(), piece


def _kind_of(piece: str) -> str:
    if _degree_then_school(piece):
        return "both"
    if level_of(piece) and not _is_institution(piece):
        return "title"
    if INSTITUTION.search(piece) or (BOARD.search(piece) and len(piece) < 60):
        return "institution"
    return "subject" if _SUBJECT.search(piece) else "other"


def _joined_title(title: str, separator: str, piece: str) -> str:
    """The degree with a further piece. After a colon, a piece in place of it: "UG: B.Com"."""
    if not title or separator == ":":
        return piece
    gap = ", " if separator == "," else f" {separator} " if separator else " "
    return f"{title}{gap}{piece}" if re.search(r"[a-z]", piece) else title


def _degree_then_school(text: str) -> tuple[str, str] | None:
    """Both of a text without a separator between them: "BCA Nizam College"."""
    match = _ABBREVIATED.fullmatch(text)
    if not match or not INSTITUTION.search(match[2]) or level_of(match[2]):
        return None
    return (match[1], match[2]) if level_of(match[1]) else None


def _separated(brackets: "re.Match[str]") -> str:
    """Make an institution in brackets a piece of its own; keep other brackets."""
    is_apart = INSTITUTION.search(brackets[1]) and not level_of(brackets[1])
    return f" - {brackets[1]} - " if is_apart else brackets[0]


def _is_institution(text: str) -> bool:
    """Whether a piece with the word of a degree names a school: "Pre-University College"."""
    named = _SCHOOL_AT_END.match(text)
    if named and level_of(text) in ("SCHOOL", "BACHELOR", "DIPLOMA", "MASTER"):
        words = text.split()
        return len(words) > 1 and not _GENERIC.fullmatch(text) and not _DEGREE_WORD.match(text)
    return bool(_ITI.search(text) or text.casefold().endswith(" board"))


def _grouped(lines: list[Line | None]) -> list[Group]:
    """Lines by entry. An entry starts with what the first line has: degree, school or date."""
    groups: list[Group] = []
    first = next((line for line in lines if line), None)
    starts = "titles"
    if first and not first.titles:
        starts = "institutions" if first.institutions or first.others else "dated"
    fresh = True
    for line, below in zip_longest(lines, lines[1:]):
        if line is None:
            fresh = True
            continue
        last = groups[-1] if groups else None
        names = getattr(line, starts) or (
            starts == "institutions" and line.others and not line.dated and below and below.titles
        )
        begins = bool(names) and bool(last and last.has("titles"))
        again = bool(line.titles) and bool(last and last.has("titles"))
        if last is None or fresh or begins or again:
            groups.append(Group())
        groups[-1].lines.append(line)
        fresh = False
    return groups


def _entry_of(group: Group) -> Education | None:
    titles = [title for line in group.lines for title in line.titles]
    if not titles:
        return None
    title, school = titles[0], _school_of(group)
    if school:
        longer = {short: whole for line in group.lines for short, whole in line.longer.items()}
        title = longer.get(title, title)
    else:
        school = _other_school(group)
    return Education(level_of(title), title[:120], school[:160], _year_of(group))


def _school_of(group: Group) -> str:
    """The school or college of an entry, or its board; empty if two of them could be meant."""
    named = [line.institutions for line in group.lines if line.institutions]
    schools = [[each for each in names if not BOARD.search(each)] for names in named]
    schools = [names for names in schools if names]
    if len(schools) > 1:
        # A college, and the university that it belongs to.
        colleges = [names for names in schools if not _UNIVERSITY.search(names[0])]
        schools = colleges if len(colleges) == 1 else []
        return schools[0][0] if schools else ""
    return schools[0][0] if schools else next((names[0] for names in named), "")


def _other_school(group: Group) -> str:
    """The one text next to the degree that can be a school: it has capitals and no digits."""
    at = next(number for number, line in enumerate(group.lines) if line.titles)
    near = group.lines[max(0, at - 1) : at + 2]
    others = [other for line in near for other in line.others]
    is_name = len(others) == 1 and re.fullmatch(r"[A-Z][^\d:;|]{2,60}", others[0])
    words = others[0].split() if is_name else []
    capitals = sum(word[0].isupper() for word in words if word[0].isalpha() and len(word) > 3)
    long_words = sum(word[0].isalpha() and len(word) > 3 for word in words)
    return others[0] if words and len(words) < 9 and capitals >= 0.6 * long_words else ""


def _year_of(group: Group) -> int | None:
    """The end of a range, or the one year that the entry names."""
    ends = {line.ended for line in group.lines if line.ended}
    if ends:
        return ends.pop() if len(ends) == 1 else None
    with_title = {year for line in group.lines if line.titles for year in line.years}
    years = {year for line in group.lines for year in line.years}
    for candidates in (with_title, years):
        if len(candidates) == 1:
            return candidates.pop()
    return None
