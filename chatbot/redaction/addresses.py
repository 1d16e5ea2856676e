"""Finds e-mail addresses and UPI IDs in plain text, also spelled with `at` and `dot`. Pure."""

import re
from collections.abc import Iterator

from chatbot.redaction.wording import Found

_NAME = r"(?<![A-Za-z0-9._%+@-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
_SITE, _ENDING = "[A-Za-z0-9][A-Za-z0-9-]{0,62}", r"(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}"
_MAIL_SITE = (
    "(?:gmail|yahoo|ymail|outlook|hotmail|live|rediffmail|rediff|icloud|proton(?:mail)?|zoho|aol)"
)
_DOT = r"\s?(?:\.|[\[(]\s?(?:dot|\.)\s?[\])]|\sdot\s|\sडॉट\s)\s?"
_EMAIL = re.compile(
    rf"{_NAME}(?:@\s{{0,2}}|\s{{1,2}}@\s{{0,2}}){_SITE}{_ENDING}"
    rf"|{_NAME}\s?[\[({{]\s?(?:at|@)\s?[\])}}]\s?{_SITE}(?:{_DOT}[A-Za-z]{{2,12}}){{1,3}}"
    rf"|{_NAME}\s(?:at|@|एट|ऐट)\s{_MAIL_SITE}(?:{_DOT}(?:com|co|in|net|org|me)){{1,2}}\b",
    re.IGNORECASE,
)
#: Words before `at gmail.com` that are no names.
_NO_NAME = re.compile(
    r"(?:registered|sign(?:ed)?|account|mail|id|is|am|was|me|log|works?)\s", re.IGNORECASE
)


def emails(text: str) -> Iterator[Found]:
    """E-mail addresses."""
    for match in _EMAIL.finditer(text):
        if not _NO_NAME.match(match[0]):
            yield *match.span(), re.sub(r"\s", "", match[0])


#: Handles of UPI apps and banks; only with these an address may have blanks around its @.
_HANDLES = (
    "abfspay|airtel|airtelpaymentsbank|allbank|amazonpay|apl|axis|axisb|axisbank|axisgo|axl|"
    "bandhan|barodampay|barodapay|bharatpe|boi|centralbank|cnrb|cboi|citi|dbs|dlb|equitas|fam|fbl|"
    "federal|finobank|freecharge|hdfcbank|hdfcbankjd|hsbc|ibl|icici|idbi|idfc|idfcbank|idfcfirst|"
    "ikwik|indus|indianbank|iob|jio|jiopay|jupiteraxis|kbl|kmb|kmbl|kotak|kotak811|kvb|mahb|"
    "naviaxis|nsdl|okaxis|okhdfcbank|okicici|oksbi|paytm|payzapp|pingpay|pnb|postbank|psb|ptaxis|"
    "pthdfc|ptsbi|ptyes|rapl|rbl|sbi|sib|slice|superyes|syndicate|tapicici|timecosmos|ubi|uboi|"
    "uco|unionbank|upi|utib|waaxis|wahdfcbank|waicici|wasbi|yapl|ybl|yesbank|yesbankltd|yespay|"
    "ypay|zoicici"
)
_NO_HANDLES = "home|office|work|night|noon|site|the|all|here|once|least|most|last|any"
_UPI = re.compile(
    r"(?<![A-Za-z0-9._%+@/-])[A-Za-z0-9][A-Za-z0-9._-]{0,98}"
    rf"(?:@(?!(?:{_NO_HANDLES})\b)[A-Za-z][A-Za-z0-9]{{1,60}}"
    rf"|\s{{0,2}}@\s{{0,2}}(?:{_HANDLES}))"
    r"(?![A-Za-z0-9@]|[.-][A-Za-z0-9])",
    re.IGNORECASE,
)


def upi_ids(text: str) -> Iterator[Found]:
    """UPI IDs: a name and a handle without a dot."""
    for match in _UPI.finditer(text):
        yield *match.span(), re.sub(r"\s", "", match[0]).lower()
