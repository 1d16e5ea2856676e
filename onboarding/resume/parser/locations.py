"""Recognises locations and work modes next to companies and schools: "Pune, India", "Remote"."""

import re
from functools import cache

from onboarding.reference.postcodes import STATES

#: Cities as people write them, with old names, and parts of addresses. Not complete.
CITIES = (
    "agra", "ahmedabad", "ahmednagar", "ajmer", "aligarh", "allahabad", "alappuzha", "ambala",
    "amravati", "amritsar", "anand", "aurangabad", "bangalore", "bareilly", "belagavi", "belgaum",
    "bengaluru", "bhilai", "bhopal", "bhubaneswar", "bikaner", "bilaspur", "bokaro", "calcutta",
    "calicut", "chandigarh", "chennai", "cochin", "coimbatore", "cuttack", "darjeeling",
    "dehradun", "delhi", "delhi ncr", "dhanbad", "durgapur", "ernakulam", "erode", "faridabad",
    "gandhinagar", "ghaziabad", "goa", "gorakhpur", "greater noida", "guntur", "gurgaon",
    "gurugram", "guwahati", "gwalior", "haridwar", "howrah", "hubballi", "hubli", "hyderabad",
    "imphal", "indore", "jabalpur", "jaipur", "jalandhar", "jalgaon", "jammu", "jamnagar",
    "jamshedpur", "jhansi", "jodhpur", "kakinada", "kannur", "kanpur", "karnal", "kochi",
    "kolhapur", "kolkata", "kollam", "kota", "kottayam", "kozhikode", "lucknow", "ludhiana",
    "madras", "madurai", "mangalore", "mangaluru", "margao", "mathura", "meerut", "mohali",
    "moradabad", "mumbai", "muzaffarpur", "mysore", "mysuru", "nagpur", "nashik", "nasik",
    "navi mumbai", "nellore", "new delhi", "noida", "panaji", "panchkula", "panipat", "patiala",
    "patna", "pondicherry", "prayagraj", "puducherry", "pune", "raipur", "rajahmundry", "rajkot",
    "ranchi", "rohtak", "roorkee", "rourkela", "salem", "sangli", "satara", "secunderabad",
    "shillong", "shimla", "siliguri", "solapur", "sonipat", "srinagar", "surat", "thane",
    "thiruvananthapuram", "thrissur", "tiruchirappalli", "tirunelveli", "tirupati", "tiruppur",
    "trichy", "trivandrum", "udaipur", "udupi", "ujjain", "vadodara", "baroda", "varanasi",
    "vellore", "vijayawada", "visakhapatnam", "vizag", "warangal", "whitefield", "hinjewadi",
    "dubai", "singapore", "london", "kathmandu", "colombo", "dhaka",
)  # fmt: skip
COUNTRIES = (
    "india", "bharat", "uae", "united arab emirates", "usa", "united states", "uk",
    "united kingdom", "nepal", "sri lanka", "bangladesh", "canada", "australia", "qatar", "oman",
    "kuwait", "saudi arabia", "germany",
)  # fmt: skip
WORK_MODES = (
    "remote", "work from home", "wfh", "hybrid", "on-site", "onsite", "full-time", "full time",
    "part-time", "part time", "permanent", "contract", "contractual", "internship", "freelance",
    "temporary", "payroll",
)  # fmt: skip
STATE_CODES = (
    "mh", "ka", "tn", "ap", "ts", "up", "mp", "wb", "hp", "uk", "gj", "rj", "dl", "kl", "in",
)  # fmt: skip
_LABEL = re.compile(r"^(?:city|location|place|country|based (?:in|at))\s*:\s*", re.IGNORECASE)
_SUFFIX = re.compile(r" (?:area|region|district|city|metropolitan region|east|west|north|south)$")
_LEADING = re.compile(r"([^,|\t]{3,25}?)\s*(?:\s-\s|\||\t|,\s)\s*(?=\S)")
_EDGE = " ()[]-.,:|/•·"


@cache
def _names() -> frozenset[str]:
    states = (state.casefold().replace(" and ", " & ") for state in STATES)
    return frozenset({*CITIES, *COUNTRIES, *WORK_MODES, *states, *(s.casefold() for s in STATES)})


def is_location(text: str) -> bool:
    """Whether a text is a location or a work mode, and nothing else."""
    pieces = [
        piece
        for piece in re.split(r"[,/()|\[\]\t•·]|\s-\s", _LABEL.sub("", text))
        if piece.strip(_EDGE)
    ]
    return bool(pieces) and all(
        _is_one_location(piece, number) for number, piece in enumerate(pieces)
    )


def _is_one_location(piece: str, number: int) -> bool:
    name = re.sub(r"\s*-?\s*\d{6}$", "", " ".join(piece.split()).strip(_EDGE).casefold())
    plain = _SUFFIX.sub("", name)
    return name in _names() or plain in _names() or (number > 0 and name in STATE_CODES)


def without_location(text: str) -> str:
    """The text without a location at one end: "Konkan BPO, Pune, India" is "Konkan BPO"."""
    before = _LEADING.match(text)
    if before and is_location(before[1]):
        text = text[before.end() :]
    for match in re.finditer(r"\s*(?:,|\(|\[|\s-\s|\t|\||•|·)\s*", text):
        if match.start() and is_location(text[match.end() :]):
            return text[: match.start()].strip(" ,-|")
    return text
