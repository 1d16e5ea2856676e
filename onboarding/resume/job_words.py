"""The words by which a role, a company and a kind of work are known."""

import re

from onboarding.places import STATES

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


def domain_of(text: str) -> str:
    """The kind of work that is named first, or nothing."""
    return next((name for name, words in _DOMAINS if words.search(text)), "")
