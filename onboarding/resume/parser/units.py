"""Splits lines into units: texts that separators set apart, such as a role or a company."""

import re

from onboarding.resume.parser.date_ranges import without_durations
from onboarding.resume.parser.locations import is_location, without_location
from onboarding.resume.parser.sections import BULLET, COLUMN

_STRONG = re.compile(r"\s*(?:\t|\||;|•|::+|\s·\s|\s@\s|\s{3,}|\s--+\s)\s*")
#: These may be a part of a name: "Executive - Voice", "Manager, Operations".
WEAK = re.compile(
    r"\s*,\s+|\s+-\s+|\s*,(?=[A-Za-z])|\s+at\s+|\s+/\s+|\s+with\s+|(?<=\w)\s*:\s+|\s+-(?=[A-Z])"
)
ROLE_NOUNS = (
    r"associate|executive|agent|representative|manager|lead|leader|officer|assistant|analyst"
    r"|engineer|specialist|supervisor|operator|clerk|teacher|tutor|trainer|intern|trainee"
    r"|coordinator|co-ordinator|consultant|advisor|adviser|telecaller|tele-caller|moderator"
    r"|counsellor|counselor|faculty|lecturer|receptionist|cashier|csr|cse|cce|developer"
    r"|accountant|recruiter|writer|expert|head|sme|salesman|salesperson|promoter|volunteer"
    r"|freelancer|administrator|technician|captain|designer|programmer|architect|tester|editor"
    r"|typist|stenographer|secretary|professor|instructor|coach|mentor|nurse|pharmacist|driver"
    r"|electrician|mechanic|chef|cook|steward|waiter|barista|housekeeper|merchandiser|planner"
    r"|strategist|buyer|auditor|banker|teller|underwriter|apprentice|director|president|partner"
    r"|owner|founder|proprietor|scientist|researcher|translator|interpreter|transcriptionist"
    r"|annotator|labeller|labeler|verifier|processor|biller|coder|collector|caller|telemarketer"
    r"|guard|attendant|host|hostess|concierge|crew|staff|worker|helper|packer|picker|scheduler"
    r"|adjuster|investigator|journalist|reporter|blogger|photographer|artist|animator|librarian"
    r"|principal|superintendent|foreman|inspector|surveyor|controller|dispatcher|stylist"
    r"|beautician|salesgirl|salesboy|rep|exec|sr\. executive|vp|avp|ceo|cto|hr|coo|tl|qa|ca|dse"
    r"|marketer|incharge|in-charge|liaison|ambassador|champion|owner|scribe|aide|ranger|clinician|keeper|storekeeper|shopkeeper|fresher|tailor|welder|plumber|fitter"
)
#: "Team Leader Harbour Bank"
ROLE_THEN_NAME = re.compile(
    rf"((?:[\w./&-]+ ){{0,4}}(?:{ROLE_NOUNS})(?: \([^()]*\))?)\s+((?-i:[A-Z0-9]\S*(?:\s|$)|& "
    rf"|of )+)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:designation|role|position|job title|post|company(?: name)?|employer|organi[sz]ation"
    r"(?: name)?|name of (?:the )?(?:company|employer|organi[sz]ation)|duration|period|tenure"
    r"|from|since|worked (?:as|at|with|in)|working (?:as|at|with|in)|client)\s*[:-]\s*"
    r"|^(?:from|since|period|duration|tenure|dates?)$",
    re.IGNORECASE,
)
_EDGE = " ()[]-.,:|/•·*\t"
_ABBREVIATED = re.compile(
    r"\b(?:(?i:ltd|inc|co|corp|pvt)|[A-Z][A-Za-z]{0,3}\.\s?[A-Z][A-Za-z]{0,4})$"
)
_VERB = re.compile(
    r"(?:handl|manag|answer|resolv|provid|support|assist|coordinat|co-ordinat|train|ensur|maintain"
    r"|work|process|verifi|verify|communicat|prepar|assur|solv|conduct|develop|achiev|monitor|review"
    r"|guid|updat|identifi|identify|respond|attend|perform|escalat|receiv|deliver|creat|implement"
    r"|supervis|analys|analyz|execut|generat|improv|increas|reduc|complet|collaborat|organi[sz]"
    r"|interact|contact|convinc|convert|collect|record|report|check|follow|help|serv)(?:ed|ing)"
    r"|taking|dealing|doing|using|making|calling|wrote|took|led|gave|made|built|met"
    r"|kept|i|my|we|was|were|am|responsible|responsibilities"
    r"|handle|manage|answer|resolve|provide|ensure|maintain|achieve|respond|roles?",
    re.IGNORECASE,
)
#: Numbers stand before jobs, bullets before what was done there.
_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s+")
_OPENERS = {"key", "lead", "leading", "the", "this", "to", "in", "for", "with", "as", "a", "an"}
MAX_HEADER_WORDS, MAX_HEADER_LENGTH = 14, 300


def strong_units(line: str) -> list[str]:
    """Units of a line that are surely apart. Places, labels and lengths of time are left out."""
    pieces = _STRONG.split(without_durations(BULLET.sub("", line)))
    plain = (clean_unit(piece) for piece in pieces)
    return [unit for unit in plain if len(unit) > 1 and not is_location(unit)]


def clean_unit(text: str) -> str:
    """Without label, brackets that do not pair, and place."""
    unlabelled = _LABEL.sub("", _balanced(text.strip(" -.,:|/•·*\t")))
    plain = _balanced(without_location(_balanced(unlabelled.strip(" -,:|/•·*\t"))))
    # The last dot of "Pvt. Ltd." and "B.A." belongs to the name.
    return f"{plain}." if _ABBREVIATED.search(plain) and f"{plain}." in text else plain


def _balanced(text: str) -> str:
    """Without empty brackets, brackets around all of it, and brackets that do not pair."""
    plain = re.sub(r"[(\[]\s*[-.,|]?\s*[)\]]", " ", text).strip()
    for opened, closed in ("()", "[]"):
        if plain.count(opened) != plain.count(closed):
            plain = plain.rstrip(f"{opened} -,|").lstrip(f"{closed} -,|")
        if plain.count(opened) != plain.count(closed):
            plain = plain.replace(opened, " ").replace(closed, " ")
        elif re.fullmatch(rf"\{opened}[^()\[\]]*\{closed}", plain):
            plain = plain[1:-1]
    return " ".join(plain.split()).strip(" -,:|/•·*\t")


def weak_pieces(unit: str) -> list[tuple[str, str]]:
    """All ways to cut a unit into two: at each comma, dash, "at" and opening bracket."""
    cuts = [(match.start(), match.end()) for match in WEAK.finditer(unit)]
    pairs = [(clean_unit(unit[:start]), clean_unit(unit[end:])) for start, end in cuts]
    bracket = re.fullmatch(r"(.+?)\s*\(([^()]{3,})\)", unit)
    role = ROLE_THEN_NAME.fullmatch(unit)
    pairs += [(role[1], clean_unit(role[2]))] if role else []
    pairs += [(clean_unit(bracket[1]), clean_unit(bracket[2]))] if bracket else []
    return [(left, right) for left, right in pairs if len(left) > 1 and len(right) > 1]


def is_body(line: str) -> bool:
    """Whether a line describes: a bullet, a sentence or a clause that starts with a verb."""
    if not line or line == COLUMN:
        return False
    if len(line) > MAX_HEADER_LENGTH:
        return True
    if BULLET.match(line) and not _NUMBER.match(line):
        return True
    words = _NUMBER.sub("", line).split()
    if not words:
        return False
    first = words[0].casefold()
    is_clause = len(words) > 2 and words[1].islower() and (first in _OPENERS or first[-2:] == "ed")
    if is_clause or len(words) > MAX_HEADER_WORDS or _VERB.fullmatch(words[0].strip(",:;")):
        return True
    if line.endswith(".") and not re.search(r"\b(?:ltd|inc|co|corp|pvt|llp)\.$", line, re.I):
        return True
    long_words = [word for word in words if len(word) > 3 and word[0].isalpha()]
    capitals = sum(not word[0].islower() for word in long_words)
    return len(words) > 4 and capitals < 0.6 * len(long_words)
