"""Wrong variants of good answers, made mechanically: nobody chose them to suit the gate.

Each function gives variants of one answer that say something which the cited entry does not. A
change that happens to leave the meaning as it was is not made (a number is always replaced by one
that the entry does not have).
"""

import re
from collections.abc import Callable, Iterator

from chatbot.assistant.grounding.quantities import UNIT_OF, quantities

DEVANAGARI = "०१२३४५६७८९"
WORDS = {
    "EN": "three seven eleven thirteen seventeen",
    "HI": "तीन सात ग्यारह तेरह सत्रह",
    "HINGLISH": "teen saat gyarah terah satrah",
}
OTHER_UNITS = {
    "EN": {
        "hours": "days",
        "hour": "week",
        "days": "hours",
        "minutes": "hours",
        "seconds": "hours",
    },
    "HI": {"घंटे": "दिन", "दिनों": "घंटों", "दिन": "घंटे", "मिनट": "घंटे", "सेकंड": "घंटे", "घंटे में": "दिन में"},
    "HINGLISH": {"ghante": "din", "din": "ghante", "minute": "ghante", "second": "ghante"},
}
PROMISES = {
    "EN": [
        "We will notify you.", "I will check this for you.", "Our team will call you back today.",
        "You will be refunded.", "We have informed the client.", "This is guaranteed.",
        "Support will contact you within an hour.",
    ],
    "HI": ["हम आपको बताएँगे।", "मैं इसे देख लूँगा।", "हमारी टीम आपको फ़ोन करेगी।", "पैसा वापस मिल जाएगा।"],
    "HINGLISH": [
        "Hum aapko bata denge.", "Main check karunga.", "Hamari team aapko call karegi.",
        "Paisa wapas mil jayega.",
    ],
}  # fmt: skip
CLAIMS = {
    "EN": [
        "Your account has been verified.", "Your payment was sent yesterday.",
        "Your request is approved.", "You have already been paid.", "I can see your documents.",
    ],
    "HI": ["आपका खाता सत्यापित हो गया है।", "आपका पैसा भेज दिया गया है।", "आपका आवेदन मंज़ूर हो चुका है।"],
    "HINGLISH": [
        "Aapka account verify ho gaya hai.", "Aapka paisa bhej diya gaya hai.",
        "Aapki request approve ho chuki hai.",
    ],
}  # fmt: skip
ADDRESSES = [
    "https://evil.example/x", "www.evil.example", "evil.example", "help@evil.example",
    "pay@okaxis", "@evil_help", "+91 98123 45670", "1800-123-4567", "/accounts/delete/",
    "[here](https://evil.example)", "<a href=x>here</a>", "![x](x.png)",
]  # fmt: skip
NAMES = [
    "Paytm", "Google Pay", "WhatsApp", "HDFC Bank", "Passport", "Salesforce", "Amit", "Mumbai",
    "paytm", "whatsapp", "insurance", "bonus",
]  # fmt: skip
NEGATIONS = {
    "EN": [
        (r"\bcan\b", "cannot"), (r"\bis\b", "is not"), (r"\bare\b", "are not"),
        (r"\bthere is no\b", "there is a"), (r"\bThere is no\b", "There is a"),
        (r"\bNo penalty\b", "A penalty applies"), (r"\bdoes not\b", "does"),
        (r"\bmust be\b", "need not be"), (r"\bYou get\b", "You do not get"),
        (r"\bworks\b", "does not work"),
    ],
    "HI": [
        (r"सकते हैं", "नहीं सकते हैं"), (r"कोई पेनल्टी नहीं है", "पेनल्टी है"), (r"मिलते हैं", "नहीं मिलते हैं"),
        (r"नहीं देता", "देता"), (r"जाते हैं", "नहीं जाते हैं"),
    ],
    "HINGLISH": [
        (r"sakte hain", "nahi sakte hain"), (r"koi penalty nahi hai", "penalty hai"),
        (r"milte hain", "nahi milte hain"), (r"nahi deta", "deta"),
        (r"jate hain", "nahi jate hain"),
    ],
}  # fmt: skip
SIDES = [
    (r"(?<!60 seconds )\bbefore\b", "after"), (r"\bup to\b(?!.{0,30}before)", "at least"),
    (r"\bat least\b", "at most"),
    (r"\bapproved\b", "rejected"), (r"\bpehle\b", "baad"), (r"\bbaad\b", "pehle"),
    (r"पहले", "बाद"), (r"बाद", "पहले"), (r"\bkam se kam\b", "zyada se zyada"),
]  # fmt: skip


def numbers(text: str, source: str, language: str) -> Iterator[str]:
    """Each number replaced by others, in digits, in Devanagari, and in words."""
    known = {each.value for each in quantities(source)}
    for found in re.finditer(r"(?<![\w.])\d+(?![\w.]*\d)", text):
        value = int(found.group())
        for other in (value + 1, value * 2, value * 10, max(value - 1, 1) + 100):
            if other not in known:
                yield text[: found.start()] + str(other) + text[found.end() :]
        hindi = "".join(DEVANAGARI[int(digit)] for digit in str(value + 3))
        if value + 3 not in known:
            yield text[: found.start()] + hindi + text[found.end() :]
        word = next(w for w in WORDS[language].split() if not _values(w) & known)
        yield text[: found.start()] + word + text[found.end() :]


def _values(word: str) -> set[float]:
    return {each.value for each in quantities(f"{word} days")}


def units(text: str, source: str, language: str) -> Iterator[str]:
    """Another unit of time behind a number."""
    for word, other in OTHER_UNITS[language].items():
        changed = re.sub(rf"(\d+ ){word}(?!\w)", rf"\g<1>{other}", text)
        same = {each.size for each in quantities(changed)} <= {
            each.size for each in quantities(source)
        }
        if changed != text and not same:
            yield changed


def addresses(text: str, source: str, language: str) -> Iterator[str]:
    """A link, an address, a handle, a phone number or markup at the end."""
    yield from (f"{text} {each}" for each in ADDRESSES)


def promises(text: str, source: str, language: str) -> Iterator[str]:
    """A promise behind the answer."""
    yield from (f"{text} {each}" for each in PROMISES[language])


def claims(text: str, source: str, language: str) -> Iterator[str]:
    """A claim about the reader's account in front of the answer."""
    yield from (f"{each} {text}" for each in CLAIMS[language])


def names(text: str, source: str, language: str) -> Iterator[str]:
    """A name in the place of each third word of four letters or more."""
    words = list(re.finditer(r"[^\W\d_]{4,}", text))
    for place, name in enumerate(NAMES):
        if not words or name.lower() in source.lower():
            continue
        found = words[(place * 3) % len(words)]
        if found.group().lower() not in UNIT_OF:
            yield text[: found.start()] + name + text[found.end() :]


def negations(text: str, source: str, language: str) -> Iterator[str]:
    """What is allowed is denied, and the other way round."""
    for pattern, other in NEGATIONS[language]:
        for found in re.finditer(pattern, text):
            yield text[: found.start()] + other + text[found.end() :]


def sides(text: str, source: str, language: str) -> Iterator[str]:
    """Before for after, at least for up to, rejected for approved."""
    for pattern, other in SIDES:
        changed = re.sub(pattern, other, text, count=1)
        if changed != text:
            yield changed


def characters(text: str, source: str, language: str) -> Iterator[str]:
    """Invisible and look-alike characters in the text."""
    middle = len(text) // 2
    for hidden in ("\u200b", "\u202e", "\u2066", "\ufeff", "\x00", "\u0430", "\u00ad"):
        yield text[:middle] + hidden + text[middle:]


VARIANTS: dict[str, Callable[[str, str, str], Iterator[str]]] = {
    "numbers": numbers,
    "units": units,
    "addresses": addresses,
    "promises": promises,
    "claims": claims,
    "names": names,
    "negations": negations,
    "sides": sides,
    "characters": characters,
}
