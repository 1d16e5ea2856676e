"""Parses jobs from the lines of a résumé."""

import re
from dataclasses import dataclass
from datetime import date

from onboarding.reference.postcodes import STATES
from onboarding.resume.parser.date_ranges import DateRange, find_date_range
from onboarding.resume.parser.sections import BULLET

MAX_HEADER_WORDS = 9
ROLE = re.compile(
    r"\b(?:associate|executive|agent|representative|manager|lead|leader|officer|assistant|analyst"
    r"|engineer|specialist|supervisor|operator|clerk|teacher|tutor|trainer|intern|trainee"
    r"|coordinator|consultant|advisor|adviser|telecaller|moderator|counsellor|faculty|lecturer"
    r"|receptionist|cashier|csr|cse|developer|accountant|recruiter|writer|expert|head|sme"
    r"|salesman|salesperson|promoter|volunteer|freelancer|administrator|technician|captain)\b",
    re.IGNORECASE,
)
COMPANY = re.compile(
    r"\b(?:ltd|limited|pvt|inc|llp|llc|services|solutions|technologies|bank|bpo|group|labs|shops"
    r"|systems|industries|enterprises|stores|retail|school|academy|foundation|company|corp"
    r"|insurance|telecom|global|india|networks|hospitals?|hotels?|motors|travels)\b",
    re.IGNORECASE,
)
CITIES = (
    "bengaluru", "bangalore", "mumbai", "pune", "delhi", "new delhi", "noida", "gurgaon",
    "gurugram", "chennai", "hyderabad", "kolkata", "kochi", "ahmedabad", "jaipur", "indore",
    "bhopal", "lucknow", "nagpur", "coimbatore", "mysuru", "mysore", "surat", "remote", "patna",
    "india", "work from home", "chandigarh", "thane", "vizag", "visakhapatnam", "mohali",
)  # fmt: skip
NON_NAMES = {*CITIES, *(state.casefold() for state in STATES), "duration", "period", "from"}
PARTS = re.compile(r"\s*(?:\||,|;|•|::+|\s-+\s|\s{3,}|\s@\s|\bat\b)\s*")
LABEL = re.compile(
    r"^(?:designation|role|position|company|employer|organi[sz]ation|duration|period|from)\s*:\s*",
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
SENTENCE = re.compile(
    r"^.*?\bas (?:an? |the )?(?P<role>[^.,]{3,60}?) (?:with|at|for|in|of) (?P<company>[^.]{2,60}?)"
    r" (?:from |since |\()(?P<rest>.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Job:
    """One job, with the fields of the profile's form."""

    company: str
    role: str
    domain: str
    started_on: date
    ended_on: date | None


def find_jobs(lines: list[str], *, today: date) -> list[Job]:
    """One job per line with a date range; role and company are on that line or next to it."""
    jobs: list[Job] = []
    used = -1
    lines = [SENTENCE.sub(_sentence_to_parts, line) for line in lines]
    for index, line in enumerate(lines):
        date_range = find_date_range(line, today=today)
        if date_range is None or index <= used:
            continue
        parts, used = _parts_around(lines, index, used, date_range, today)
        role, company = _role_and_company(parts)
        if role or company:
            kind = domain_of(role) or domain_of(company) or "OTHER"
            started, ended = date_range.started_on, date_range.ended_on
            jobs.append(Job(company[:120], role[:120], kind, started, ended))
    return jobs


def _sentence_to_parts(sentence: "re.Match[str]") -> str:
    since = "since " if " since " in sentence[0].casefold() else ""
    return f"{sentence['role']} | {sentence['company']} | {since}{sentence['rest']}"


def _parts_around(
    lines: list[str], index: int, used: int, date_range: DateRange, today: date
) -> tuple[list[str], int]:
    """The parts that name the job: of the line itself, then of lines before and after it."""
    line = lines[index]
    parts = _split_parts(line[: date_range.span[0]] + " | " + line[date_range.span[1] :])
    before = index - 1
    while len(parts) < 2 and before > used and _is_header_line(lines[before], today):
        parts = _split_parts(lines[before]) + parts
        before -= 1
    after = index
    while len(parts) < 2 and after + 1 < len(lines) and _is_header_line(lines[after + 1], today):
        after += 1
        parts += _split_parts(lines[after])
    return parts, after


def _is_header_line(line: str, today: date) -> bool:
    """Whether a line can name a job: short, without bullet or full stop."""
    if BULLET.match(line) or find_date_range(line, today=today):
        return False
    return len(line.split()) <= MAX_HEADER_WORDS and not line.endswith(".")


def _split_parts(line: str) -> list[str]:
    cleaned = BULLET.sub("", line)
    parts = (LABEL.sub("", part.strip(" ()[]-.:|")) for part in PARTS.split(cleaned))
    named = (part.strip(" ()[]-.:|") for part in parts)
    return [part for part in named if len(part) > 1 and part.casefold() not in NON_NAMES]


def _role_and_company(parts: list[str]) -> tuple[str, str]:
    """Which part is the role and which the company."""
    roles = [part for part in parts if ROLE.search(part) and not COMPANY.search(part)]
    role = next(iter(roles), "") or next((part for part in parts if ROLE.search(part)), "")
    others = [part for part in parts if part != role]
    company = next((part for part in others if COMPANY.search(part)), next(iter(others), ""))
    if not role:
        role = next((part for part in others if part != company), "")
    return role, company


def domain_of(text: str) -> str:
    """The domain of the first matching pattern, or an empty text."""
    return next((name for name, pattern in _DOMAINS if pattern.search(text)), "")
