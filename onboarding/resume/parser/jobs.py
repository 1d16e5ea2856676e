"""Parses jobs from the lines of a résumé.

A job is proposed only with dates, a role and a company that are understood.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

from onboarding.resume.parser.date_ranges import (
    DateRange,
    find_date,
    find_date_range,
    is_now,
    join_split_ranges,
)
from onboarding.resume.parser.locations import is_location
from onboarding.resume.parser.sections import BULLET, COLUMN
from onboarding.resume.parser.tables import find_table
from onboarding.resume.parser.units import (
    ROLE_NOUNS,
    WEAK,
    clean_unit,
    is_body,
    strong_units,
    weak_pieces,
)

ROLE = re.compile(rf"\b(?:{ROLE_NOUNS})s?\b", re.IGNORECASE)
_ROLE_END = re.compile(
    rf"\b(?:{ROLE_NOUNS})(?:\s*[\s-]?(?:i{{1,3}}|iv|\d|l\d))?(?:\s*(?:[(/,-]|\bfor\b|\bof\b|\bin\b).*)?$",
    re.IGNORECASE,
)
#: A kind of work in place of a title: "Customer Support".
_FUNCTION = re.compile(
    r"^(?:[\w/&-]+ ){0,3}(?:support|care|customer service|sales|telesales|operations|marketing"
    r"|accounts|process|data entry|(?:back|front) ?office|human resources|administration|delivery"
    r"|collections|recruitment|moderation|teaching|training|billing|reception|housekeeping)$",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"\b(?:ltd|limited|pvt|private limited|inc|llp|llc|corp|corporation|gmbh|plc)\b", re.IGNORECASE
)
COMPANY = re.compile(
    r"\b(?:services|solutions|technologies|technology|bank|bpo|kpo|group|labs?|shops?|systems"
    r"|industries|enterprises?|stores?|retail|school|academy|foundation|company|co|insurance"
    r"|telecom|global|india|networks?|hospitals?|hotels?|motors|travels?|university|college"
    r"|institute|infotech|infosystems|software|consultancy|consultants|consulting|associates|agency"
    r"|logistics|finance|finserv|capital|mart|bazaar|media|digital|communications|airlines"
    r"|airways|healthcare|clinic|pharma|energy|power|steel|textiles|foods|resorts?|tech|teleservices"
    r"|outsourcing|international|sons|brothers|traders|trading|electronics|mobiles?|classes|trust"
    r"|ngo|centre|center|studios?|works|exports|holdings|ventures|partners|callnet|connect|wireless"
    r"|infra|constructions?|builders|developers|properties|realty|automobiles|supermarket)\b"
    r"|\.(?:com|in|ai)\b|\b\w+(?:tech|soft|serve|corp|mart|kart|net|tel|pay|bank|sys|com)\b",
    re.IGNORECASE,
)
#: Well-known employers whose names do not say that they are companies.
_EMPLOYERS = re.compile(
    r"\b(?:infosys|tcs|tata|wipro|hcl|accenture|cognizant|capgemini|ibm|genpact|concentrix|startek"
    r"|teleperformance|sutherland|conduent|wns|exl|ienergizer|hinduja|hgs|aegis|firstsource|mphasis"
    r"|amazon|flipkart|myntra|meesho|swiggy|zomato|ola|uber|paytm|phonepe|byju'?s|unacademy|vedantu"
    r"|airtel|jio|reliance|vodafone|idea|bsnl|hdfc|icici|axis|kotak|sbi|lic|google|microsoft|oracle"
    r"|deloitte|kpmg|pwc|ey|dell|hp|samsung|24]?7|alorica|ttec|taskus|telus|optum|eclerx|mahindra"
    r"|dominos?|mcdonald'?s|starbucks|decathlon|indigo|urban company|delhivery|bigbasket|nykaa)\b",
    re.IGNORECASE,
)
#: The first match in the role, or else in the company, decides the domain.
DOMAINS = (
    ("MODERATION", r"moderat\w+|trust and safety"),
    ("TECHNICAL", r"technical|tech|it|help ?desk|service desk|desktop|network|hardware"),
    ("SALES", r"sales\w*|tele ?sales|telecall\w+|tele ?market\w+|outbound|business development"),
    ("TEACHING", r"teach\w+|tutor\w*|trainer|lecturer|faculty"),
    ("BACK_OFFICE", r"data entry|back ?office|mis|clerk|accounts?|accountant|typist|data"),
    ("SUPPORT", r"customer|support|service|chat|call|voice|csr|cse|care|client|email|e-mail"),
)
_DOMAINS = [(name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for name, pattern in DOMAINS]
#: For example "I worked as a teller with Harbour Bank from May 2020 to June 2021."
SENTENCES = (
    re.compile(
        r"^.*?\b(?:as|in the role of) (?:an? |the )?(?P<role>(?:\w{2,5}\. ?)?[^.,]{3,60}?),? "
        r"(?:with|at|for"
        r"|in|of|by)"
        r" (?P<company>.{2,70}?)[\s,]*(?=\bfrom\b|\bsince\b|\(|\bduring\b"
        r"|\bbetween\b)(?P<rest>.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^.*?\b(?:work(?:ed|ing)|employed|associated|served|serving|joined) (?:with|at|for|in) "
        r"(?P<company>.{2,70}?),? as (?:an? |the )?(?P<role>(?:\w{2,5}\. ?)?[^.,]{3,60}?)[\s,]*"
        r"(?=\bfrom\b|\bsince\b|\([^()]*\d|\bduring\b|\bbetween\b)(?P<rest>.*)$",
        re.IGNORECASE,
    ),
)
_LABELS = (
    ("company", r"(?:name of (?:the )?)?(?:company|employer|organi[sz]ation|firm|client)(?: "
                r"name)?"),
    ("role", r"designation|role|position(?: held)?|job title|post(?: held)?|title|job role"
             r"|worked as|working as"),
    ("period", r"duration|period|tenure|dates?|time period|working period|work period|year|from"
               r"|date|employment period|job duration|service period|since"),
    ("to", r"to|till|end date|date of (?:leaving|relieving)"),
)  # fmt: skip
_LABELLED = [
    (kind, re.compile(rf"^(?:{pattern})\s*(?::\s*-?|\s-|\t:?)\s*(?=\S)", re.IGNORECASE))
    for kind, pattern in _LABELS
]
_TOTAL = re.compile(
    r"^\W*(?:less than )?\d{1,2}(?:\.\d+)?\+? ?(?:years?|yrs?|months?|mos?)(?:[\s,&]+(?:and "
    r")?\d{1,2} ?"
    r"(?:months?|mos?))?\W*$",
    re.IGNORECASE,
)
MIN_SCORE = 2.0
#: Longer lines and further texts of a line name no job.
MAX_LINE, MAX_UNITS, MAX_RANGES = 300, 8, 40


@dataclass(frozen=True)
class Job:
    """One job, with the fields of the profile's form."""

    company: str
    role: str
    domain: str
    started_on: date
    ended_on: date | None


@dataclass(frozen=True)
class Names:
    """A role and a company, and how much speaks for them."""

    role: str
    company: str
    score: float
    #: How much speaks for the role first rather than for the company first.
    order: float = 0.0
    role_first: bool = True


@dataclass
class DatedLines:
    """The lines of a section around one date range."""

    date_range: DateRange
    own: list[str]
    #: Lines next to the dates, from top to bottom: their numbers and units.
    above: list[tuple[int, list[str]]] = field(default_factory=list)
    below: list[tuple[int, list[str]]] = field(default_factory=list)


def find_jobs(lines: list[str], *, today: date) -> list[Job]:
    """Jobs of tables, of lines with labels, and of lines around date ranges."""
    table = find_table(lines)
    if table and {"company", "role"} & set().union(*table.rows, set()):
        rows = [job for row in table.rows if (job := _job_of_row(row, today))]
        around = [*lines[: table.start], COLUMN, *lines[table.end :]]
        return [*rows, *find_jobs(around, today=today)]
    lines = join_split_ranges([_sentence_to_units(line) for line in lines], today=today)
    labelled = _labelled_jobs(lines, today)
    return labelled if labelled is not None else _dated_jobs(lines, today)


def _job_of_row(row: dict[str, str], today: date) -> Job | None:
    period = row.get("period") or row.get("year") or f"{row.get('from', '')} - {row.get('to', '')}"
    role, company = clean_unit(row.get("role", "")), clean_unit(row.get("company", ""))
    date_range = find_date_range(_plain_period(row, period, today), today=today)
    return _job(role, company, date_range) if date_range and role and company else None


def _plain_period(row: dict[str, str], period: str, today: date) -> str:
    """An empty end is no end that is known, so that there is no range."""
    started, ended = row.get("from", ""), row.get("to", "")
    if started and not (find_date(ended, today=today) or is_now(ended) or "period" in row):
        return started if find_date_range(started, today=today) else ""
    return period


def _job(role: str, company: str, date_range: DateRange) -> Job:
    kind = domain_of(role) or domain_of(company) or "OTHER"
    return Job(company[:120], role[:120], kind, date_range.started_on, date_range.ended_on)


def _sentence_to_units(line: str) -> str:
    for pattern in SENTENCES:
        match = pattern.match(line)
        if match and (ROLE.search(match["role"]) or _company_score(match["company"]) > 0):
            return f"{match['role']} | {match['company']} | {match['rest']}"
    return line


# Lines with labels: "Company: ...", "Designation: ...", "Duration: ..."


def _labelled_jobs(lines: list[str], today: date) -> list[Job] | None:
    """Jobs of lines with labels; None if the lines have no such labels."""
    records: list[dict[str, str]] = []
    title: str | None = None
    for line in lines:
        kind, text = _labelled(line)
        if not kind:
            title = line if line and not is_body(line) else title
            continue
        if not records or kind in records[-1]:
            records.append({} if title is None else {"title": title})
            title = None
        records[-1][kind] = text
    usable = [
        r for r in records if "period" in r and len({"company", "role", "title"} & set(r)) > 1
    ]
    if not usable:
        return None
    return [job for record in usable if (job := _job_of_record(record, today))]


def _labelled(line: str) -> tuple[str, str]:
    plain = BULLET.sub("", line.strip())
    for kind, pattern in _LABELLED:
        match = pattern.match(plain)
        if match:
            return kind, plain[match.end() :].strip()
    return "", line


def _job_of_record(record: dict[str, str], today: date) -> Job | None:
    period = record["period"]
    if "to" in record and not find_date_range(period, today=today):
        period = f"{period} - {record['to']}"
    date_range = find_date_range(period, today=today)
    role, company = record.get("role", ""), record.get("company", "")
    title = record.get("title", "")
    if not role and _role_score(title) > 0:
        role = title
    if not company and _company_score(title) > 0:
        company = title
    role, company = clean_unit(role), clean_unit(company)
    return _job(role, company, date_range) if date_range and role and company else None


# Lines around date ranges


def _dated_jobs(lines: list[str], today: date) -> list[Job]:
    """One job per date range. All jobs of a résumé have their names at the same places."""
    grouped, entries = _roles_in_companies(_entries(lines, today)[:MAX_RANGES])
    styles = [(above, below) for above in range(4) for below in range(3) if above + below < 4]
    best: list[Names | None] = []
    best_score = float("-inf")
    for above, below in styles:
        names = _names_in_style(entries, above, below)
        score = sum(min(each.score, 4.0) if each else -1.0 for each in names) - 0.3 * (
            above + below
        )
        if entries and above < len(entries[0].above):
            score -= 1.5 * (len(entries[0].above) - above)
        if score > best_score:
            best, best_score = names, score
    named = zip(entries, best, strict=True)
    return grouped + [_job(n.role, n.company, entry.date_range) for entry, n in named if n]


def _roles_in_companies(entries: list[DatedLines]) -> tuple[list[Job], list[DatedLines]]:
    """Jobs below the dates of a whole stay in a company, and the other entries."""
    jobs: list[Job] = []
    others: list[DatedLines] = []
    stay: DatedLines | None = None
    for entry, following in zip_longest(entries, entries[1:]):
        is_role = len(entry.own) == 1 and _role_score(entry.own[0]) >= 2
        if stay and is_role and _is_within(entry.date_range, stay.date_range):
            jobs.append(_job(entry.own[0], stay.own[0], entry.date_range))
            continue
        is_company = len(entry.own) == 1 and _company_score(entry.own[0]) > 0 and not is_role
        is_stay = (
            is_company
            and following
            and not following.above
            and len(following.own) == 1
            and _role_score(following.own[0]) >= 2
            and _is_within(following.date_range, entry.date_range)
        )
        stay = entry if is_stay else None
        others += [] if is_stay else [entry]
    return jobs, others


def _is_within(inner: DateRange, outer: DateRange) -> bool:
    ends = outer.ended_on is None or (
        inner.ended_on is not None and inner.ended_on <= outer.ended_on
    )
    return inner.started_on >= outer.started_on and ends


def _entries(lines: list[str], today: date) -> list[DatedLines]:
    found: list[tuple[int, DatedLines]] = []
    for index, line in enumerate(lines):
        date_range = find_date_range(line, today=today)
        if date_range and not (_is_long_body(line) or _inside_sentence(line, date_range)):
            rest = line[: date_range.span[0]] + " | " + line[date_range.span[1] :]
            own = strong_units(rest)
            if not BULLET.match(line) or _names_of(own) or len(own) == 0:
                found.append((index, DatedLines(date_range, own)))
    places = [-1, *(index for index, _ in found), len(lines)]
    for number, (index, entry) in enumerate(found, 1):
        upward = range(index - 1, places[number - 1], -1)
        entry.above = _header_lines(lines, upward)[::-1]
        entry.below = _header_lines(lines, range(index + 1, places[number + 1]))
    return [entry for _, entry in found]


def _is_long_body(line: str) -> bool:
    return len(line.split()) > 24 or len(line) > MAX_LINE


def _inside_sentence(line: str, date_range: DateRange) -> bool:
    """Whether words go on after the dates in lower case, as in a description."""
    after = line[date_range.span[1] :].strip(" ,.")
    return bool(re.match(r"[a-z]{2,} [a-z]+", after)) and not line[: date_range.span[0]].strip()


def _header_lines(lines: list[str], numbers: range) -> list[tuple[int, list[str]]]:
    """Units of the lines next to a date, up to a description or the second gap."""
    found: list[tuple[int, list[str]]] = []
    gaps = 0
    for number in numbers:
        line = lines[number]
        gaps += not line and bool(found)
        if line == COLUMN or is_body(line) or gaps > 1 or len(found) > 3:
            break
        if units := strong_units(line):
            found.append((number, units))
    return found


def _names_in_style(entries: list[DatedLines], above: int, below: int) -> list[Names | None]:
    """The names of each entry from so many lines above and below its dates."""
    found: list[Names | None] = []
    candidates: list[list[Names]] = []
    taken = -1
    for entry in entries:
        upper = [(n, units) for n, units in entry.above if n > taken][-above:] if above else []
        lower = entry.below[:below]
        taken = lower[-1][0] if lower else taken
        units = [units for _, units in upper] + [entry.own] + [units for _, units in lower]
        candidates.append(_candidates([unit for line in units for unit in line][:MAX_UNITS]))
    best = [options[0] for options in candidates if options]
    tendency = sum(names.order if names.role_first else -names.order for names in best)
    company = ""
    for entry, options in zip(entries, candidates, strict=True):
        names = _decided(options, tendency)
        if names is None and above and company:
            names = _same_company(entry, company)
        found.append(names)
        company = names.company if names else ""
    return found


def _same_company(entry: DatedLines, company: str) -> Names | None:
    """A further role in the company of the entry above."""
    near = entry.own or (entry.above[-1][1] if entry.above else [])
    is_role = len(near) == 1 and _role_score(near[0]) >= 2 and _company_score(near[0]) <= 0
    return Names(near[0], company, MIN_SCORE) if is_role else None


def _decided(options: list[Names], tendency: float) -> Names | None:
    """The best names; between two that are as good, in the order of the other jobs."""
    if not options:
        return None
    top = options[0]
    if top.order == 0 and tendency:
        wanted = [n for n in options if n.score == top.score and n.role_first == (tendency > 0)]
        return wanted[0] if wanted else None
    return top if top.order else None


def _names_of(units: list[str]) -> Names | None:
    return _decided(_candidates(units[:MAX_UNITS]), 0.0)


def _candidates(units: list[str]) -> list[Names]:
    """Pairs of units as role and company, the best first."""
    pairs: list[tuple[str, str, float]] = []
    for first in range(len(units)):
        others = units[first + 1 :]
        pairs += [(units[first], other, 0.4 * (len(units) - 2)) for other in others]
    for unit in units:
        cuts = weak_pieces(unit)
        pairs += [(left, right, 0.4 * (len(units) - 1) + 0.5) for left, right in cuts]
    found = []
    for left, right, penalty in pairs:
        forward = _role_score(left) + _company_score(right)
        backward = _company_score(left) + _role_score(right)
        order = abs(forward - backward)
        found.append(Names(left, right, forward - penalty, order, True))
        found.append(Names(right, left, backward - penalty, order, False))
    good = [names for names in found if names.score >= MIN_SCORE - 0.5]
    return sorted(good, key=lambda names: -names.score)


def _role_score(text: str) -> float:
    score = 0.0
    if _ROLE_END.search(text):
        score = 3.0
    elif ROLE.search(text):
        score = 2.0
    elif _FUNCTION.search(text):
        score = 1.5
    if _LEGAL.search(text):
        score -= 3.0
    if len(text.split()) > 8 or re.search(r"\d{2}", text):
        score -= 1.0
    return score


def _company_score(text: str) -> float:
    score = 0.0
    if _LEGAL.search(text):
        score = 3.0
    elif (COMPANY.search(text) or _EMPLOYERS.search(text)) and not _FUNCTION.search(text):
        score = 2.0
    if _ROLE_END.search(text) and not _LEGAL.search(text):
        score -= 2.0
    if is_location(text) or is_body(text):
        score -= 2.0
    return score - 0.2 * len(WEAK.findall(text))


def domain_of(text: str) -> str:
    """The domain of the first matching pattern, or an empty text."""
    return next((name for name, pattern in _DOMAINS if pattern.search(text)), "")
