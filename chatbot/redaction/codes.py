"""Finds passwords, PINs and one-time codes that words in plain text announce. Pure."""

import re
from collections.abc import Iterator

from chatbot.redaction.wording import (
    COUNTED,
    DAY,
    HIDDEN,
    MONTH,
    NAMED_OTHERWISE,
    YEAR,
    Found,
    words,
)

_NOUN = (
    "(?:(?<![A-Za-z])(?:pass[ -]?(?:word|code|phrase)|passwd|pwd|pswd|paswo?rd)|पास ?वर्ड|पासकोड)"
)
_JOINT_WORD = words(
    "is was to as hai tha he h rakha set changed dala yeh ye this new old है था यह ये"
)
_JOINT = rf"(?:\s*(?:[=:\u2013]|--?>?|{_JOINT_WORD})(?![^\s:=\"'`\u201c\u2018-]))"
_PASSWORD = re.compile(
    rf"{_NOUN}(?P<joint>{_JOINT}{{0,4}})\s*"
    r"(?P<quote>[\"'`\u201c\u2018]?)(?P<value>\S{4,64})",
    re.IGNORECASE,
)
_NO_PASSWORD = re.compile(
    words(
        "not nahi reset wrong galat change link page field manager expire expired incorrect "
        "invalid forgot forgotten work works working again please correct kaise kab kyu kya bhool "
        "bhul नहीं गलत रीसेट बदल बदलना बदलें भूल"
    )
    + r"\W*",
    re.IGNORECASE,
)
_PUNCTUATION = ".,;)\"'`\u201d\u2019\u0964"


def passwords(text: str) -> Iterator[Found]:
    """Passwords behind the word. One of small letters only needs a colon or quotes before it."""
    for match in _PASSWORD.finditer(text):
        value = match["value"].rstrip(_PUNCTUATION)
        if len(value) < 4 or HIDDEN in value or _NO_PASSWORD.fullmatch(value):
            continue
        is_told = bool(re.search("[=:]", match["joint"]) or match["quote"])
        if is_told or _is_mixed(value) or (match["joint"].strip() and value.isdigit()):
            start = match.start("value")
            yield start, start + len(value), value


def _is_mixed(value: str) -> bool:
    """Whether it has two of letters, digits and signs, or capitals inside."""
    classes = (r"\d", r"[^\W\d_]", r"[^\w.,/:'\u2019-]|_")
    return sum(bool(re.search(each, value)) for each in classes) >= 2 or bool(
        re.search("[a-z][A-Z]", value)
    )


_PIN_NOUN = words(
    "atm_pin upi_pin card_pin debit_pin login_pin bank_pin m_pin t_pin एटीएम_पिन यूपीआई_पिन"
)
_TO_PIN = rf"(?:[:=\s-]|{words('is was no number code hai set to है')}){{1,6}}"
_PIN = re.compile(
    rf"{_PIN_NOUN}{_TO_PIN}(?P<pin>\d{{4,6}})(?!\d)"
    rf"|{words('cvv cvc cvv2')}{_TO_PIN}(?P<cvv>\d{{3,4}})(?!\d)"
    rf"|{words('pin पिन')}\s?(?:[:=]|{words('is was hai है')})\s{{0,2}}(?P<short>\d{{4}})(?!\d)",
    re.IGNORECASE,
)


def pins(text: str) -> Iterator[Found]:
    """PINs of cards and apps, and security numbers of cards."""
    for match in _PIN.finditer(text):
        name = str(match.lastgroup)
        yield *match.span(name), match[name]


_OTP_NOUN = r"(?:(?<![A-Za-z])o\.t\.p\.?|{})".format(
    words(
        "otp otps one_time_password one_time_passcode one_time_code one_time_pin verification_code "
        "verify_code security_code login_code log_in_code sign_in_code confirmation_code sms_code "
        "authentication_code auth_code access_code whatsapp_code email_code mail_code 2fa_code "
        "reset_code activation_code ओटीपी ओ_टी_पी ओटिपी सत्यापन_कोड वेरिफिकेशन_कोड सुरक्षा_कोड "
        "लॉगिन_कोड वन_टाइम_पासवर्ड"
    )
)
#: Codes that are printed on things, or that everybody knows: error code 5004.
_OTHER_CODES = (
    "error|pin|zip|promo|coupon|referral|invite|hsn|sac|country|area|employee|ifsc|status|swift|"
    "branch|postal|dress|project|agent|client|product|dial|qr|source|पिन"
)
_CODE_NOUN = "".join(f"(?<!{word}[ -])" for word in _OTHER_CODES.split("|")) + words("code कोड")
_LINK = words(
    "is was no number num hai he h tha aaya aya aa gaya mila ye yeh this that i got received sent "
    "me entered typed the wala code of as dala mera here it says did in है था आया यह ये मिला नंबर "
    "डाला"
)
_LINK_OF_CODE = words("is was hai aaya है आया")
_LINK_BACK = words(
    "is was the my mera ye yeh hai as an a this that wala apna your ka it came for है यह ये मेरा "
    "वाला का"
)
_CODE = rf"(?<![\d{HIDDEN}.,/₹#-])\d(?:[\s.-]{{0,3}}\d){{3,7}}(?![\d{HIDDEN}]|[,.]\d|/\d|-\d)"
_CODE_AFTER_NOUN = re.compile(
    rf"(?:{_OTP_NOUN}(?:[\s:=\"'(#.,\u2013-]|{_LINK}){{0,12}}"
    rf"|{_CODE_NOUN}(?:[\s:=\"'-]|{_LINK_OF_CODE}){{1,6}})(?P<code>{_CODE})",
    re.IGNORECASE,
)
_CODE_BEFORE_NOUN = re.compile(
    rf"(?P<code>{_CODE})(?:[\s,:;.\"')-]|{_LINK_BACK}){{1,12}}{_OTP_NOUN}", re.IGNORECASE
)
_CODE_NEARBY = re.compile(
    rf"{_OTP_NOUN}(?P<between>[^\n.?!\u0964]{{0,30}}?)(?P<code>{_CODE})", re.IGNORECASE
)
_LIKE_A_DATE = re.compile(rf"{YEAR}|{DAY}{MONTH}{YEAR}|{YEAR}{MONTH}{DAY}")
#: Words before a number which say that it is no code but a time or a place.
_OF_TIME_OR_PLACE = re.compile(
    words(
        "since error time times in on at after till until for from se baar ko last only me mein "
        "pin year मिनट में से को"
    )
    + r"\s*$",
    re.IGNORECASE,
)


def one_time_codes(text: str) -> Iterator[Found]:
    """Codes of 4 to 8 digits beside a word for them."""
    for pattern in (_CODE_AFTER_NOUN, _CODE_BEFORE_NOUN, _CODE_NEARBY):
        for match in pattern.finditer(text):
            digits = re.sub(r"\D", "", match["code"])
            is_nearby = pattern is _CODE_NEARBY
            if COUNTED.match(text, match.end("code")) or (
                is_nearby and _is_no_code(digits, match["between"])
            ):
                continue
            yield *match.span("code"), digits


def _is_no_code(digits: str, before: str) -> bool:
    return bool(
        _LIKE_A_DATE.fullmatch(digits)
        or _OF_TIME_OR_PLACE.search(before)
        or NAMED_OTHERWISE.search(before)
    )
