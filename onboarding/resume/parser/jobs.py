"""Where somebody has worked, from the lines below such a heading."""

import re
from dataclasses import dataclass
from datetime import date

from onboarding.reference.postcodes import STATES
from onboarding.resume.parser.date_ranges import DateRange, find_date_range
from onboarding.resume.parser.sections import BULLET

HEADER_WORDS = 9
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
NAMELESS = {*CITIES, *(state.casefold() for state in STATES), "duration", "period", "from"}
PARTS = re.compile(r"\s*(?:\||,|;|•|::+|\s-+\s|\s{3,}|\s@\s|\bat\b)\s*")
LABEL = re.compile(
    r"^(?:designation|role|position|company|employer|organi[sz]ation|duration|period|from)\s*:\s*",
    re.IGNORECASE,
)
#: The first that is named in the role, else in the company, says the kind of work.
DOMAINS = (
    ("MODERATION", r"moderat\w+|trust and safety"),
    ("TECHNICAL", r"technical|tech|it|help ?desk|service desk|desktop|network|hardware"),
    ("SALES", r"sales\w*|tele ?sales|telecall\w+|tele ?market\w+|outbound|business development"),
    ("TEACHING", r"teach\w+|tutor\w*|trainer|lecturer|faculty"),
    ("BACK_OFFICE", r"data entry|back ?office|mis|clerk|accounts?|accountant|typist|data"),
    ("SUPPORT", r"customer|support|service|chat|call|voice|csr|cse|care|client|email|e-mail"),
)
_DOMAINS = [(name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for name, words in DOMAINS]
#: "I worked as a teller with Harbour Bank from May 2020 to June 2021."
SENTENCE = re.compile(
    r"^.*?\bas (?:an? |the )?(?P<role>[^.,]{3,60}?) (?:with|at|for|in|of) (?P<company>[^.]{2,60}?)"
    r" (?:from |since |\()(?P<rest>.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Job:
    """One job, as the profile's form takes it."""

    company: str
    role: str
    domain: str
    started_on: date
    ended_on: date | None


def find_jobs(lines: list[str], *, today: date) -> list[Job]:
    """One for each line with a stretch of time, named by what stands on it and beside it."""
    found: list[Job] = []
    used = -1
    lines = [SENTENCE.sub(_in_order, line) for line in lines]
    for index, line in enumerate(lines):
        stretch = find_date_range(line, today=today)
        if stretch is None or index <= used:
            continue
        parts, used = _parts_around(lines, index, used, stretch, today)
        role, company = _told_apart(parts)
        if role or company:
            kind = domain_of(role) or domain_of(company) or "OTHER"
            started, ended = stretch.started_on, stretch.ended_on
            found.append(Job(company[:120], role[:120], kind, started, ended))
    return found


def _in_order(sentence: "re.Match[str]") -> str:
    since = "since " if " since " in sentence[0].casefold() else ""
    return f"{sentence['role']} | {sentence['company']} | {since}{sentence['rest']}"


def _parts_around(
    lines: list[str], index: int, used: int, stretch: DateRange, today: date
) -> tuple[list[str], int]:
    """What names the job: the line itself, then lines before it, then after it."""
    line = lines[index]
    own = _parts(line[: stretch.place[0]] + " | " + line[stretch.place[1] :])
    before = index - 1
    while len(own) < 2 and before > used and _names_something(lines[before], today):
        own = _parts(lines[before]) + own
        before -= 1
    after = index
    while len(own) < 2 and after + 1 < len(lines) and _names_something(lines[after + 1], today):
        after += 1
        own += _parts(lines[after])
    return own, after


def _names_something(line: str, today: date) -> bool:
    """A short line without bullet or full stop names a job; others tell what was done there."""
    if BULLET.match(line) or find_date_range(line, today=today):
        return False
    return len(line.split()) <= HEADER_WORDS and not line.endswith(".")


def _parts(line: str) -> list[str]:
    plain = BULLET.sub("", line)
    parts = (LABEL.sub("", part.strip(" ()[]-.:|")) for part in PARTS.split(plain))
    named = (part.strip(" ()[]-.:|") for part in parts)
    return [part for part in named if len(part) > 1 and part.casefold() not in NAMELESS]


def _told_apart(parts: list[str]) -> tuple[str, str]:
    """Which part is the role and which the company."""
    roles = [part for part in parts if ROLE.search(part) and not COMPANY.search(part)]
    role = next(iter(roles), "") or next((part for part in parts if ROLE.search(part)), "")
    others = [part for part in parts if part != role]
    company = next((part for part in others if COMPANY.search(part)), next(iter(others), ""))
    if not role:
        role = next((part for part in others if part != company), "")
    return role, company


def domain_of(text: str) -> str:
    """The kind of work that is named first, or nothing."""
    return next((name for name, words in _DOMAINS if words.search(text)), "")
