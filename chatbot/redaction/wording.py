"""Words around numbers that say what the numbers are, in English, Hinglish and Hindi. Pure."""

import re

#: Where something stands in a text, and its value.
Found = tuple[int, int, str]
#: Stands for each character that was found already, or that cannot be part of a secret.
HIDDEN = "\u2588"
_LETTERS = "A-Za-z0-9\u0900-\u0963\u0966-\u096f"


def words(listing: str) -> str:
    """A pattern of any of these whole words; `_` in a word is a blank, a hyphen or nothing."""
    ordered = sorted(listing.split(), key=len, reverse=True)
    choice = "|".join(re.escape(word).replace("_", r"[\s-]?") for word in ordered)
    return rf"(?:(?<![{_LETTERS}])(?:{choice})(?![{_LETTERS}]))"


def without(text: str, *patterns: re.Pattern[str]) -> str:
    """The text, as long as before, with what the patterns match hidden."""
    for pattern in patterns:
        text = pattern.sub(lambda match: HIDDEN * len(match[0]), text)
    return text


_MONTH = (
    "(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    "|जनवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर)"
)
DAY, MONTH, YEAR = r"(?:0?[1-9]|[12]\d|3[01])", "(?:0?[1-9]|1[0-2])", r"(?:19[4-9]\d|20[0-4]\d)"
_AMOUNT = r"\d[\d,]{0,12}(?:\.\d\d?)?"
_RUPEES = (
    r"(?:/-|₹|(?:rs|inr|rupees?|rupaye?|rupe|paise?|lakhs?|crores?|hazaa?r|k)\b"
    "|रु|रू|लाख|हज़ार|हजार|पैसे)"
)
#: Amounts, dates, times, percentages and versions, which are no secrets.
NO_SECRET = re.compile(
    rf"""(?<![\w.])(?:
        (?:₹|(?:rs|inr|rupees?)\b\.?|रु\.?|रू\.?|रुपये|रुपए)\s*{_AMOUNT}(?:/-)?
        | {_AMOUNT}\s?{_RUPEES}
        | {DAY}\s?([/.-])\s?{MONTH}\s?\1\s?(?:{YEAR}|\d\d)(?!\d)
        | {YEAR}\s?[/.-]\s?{MONTH}\s?[/.-]\s?{DAY}(?!\d)
        | {DAY}(?:st|nd|rd|th)?[\s-]?{_MONTH}[\s,.-]{{0,2}}(?:{YEAR}|\d\d)?(?!\d)
        | {_MONTH}\s{DAY}(?:st|nd|rd|th)?,?(?:\s{YEAR})?(?!\d)
        | {YEAR}\s?[-/]\s?(?:{YEAR}|\d\d)(?![-\d])
        | (?:[01]?\d|2[0-3])[:.][0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\b)?(?!\d)
        | \d{{1,3}}(?:,\d{{2,3}})+(?:\.\d+)?(?!\d)
        | \d{{1,8}}\s?(?:%|percent|प्रतिशत)
        | (?:v(?:ersion)?|android|ios|ver\.?)\s?\d{{1,4}}(?:\.\d{{1,5}}){{1,3}}(?![.\d])
        | \d{{1,2}}(?:\.\d{{1,2}}){{2}}(?![.\d])
    )""",
    re.IGNORECASE | re.VERBOSE,
)
#: The id of a row, as in the addresses of pages.
ROW_ID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_UNITS = words(
    "x min mins minute minutes minat hour hours hr hrs ghanta ghante day days din week weeks month "
    "months year years saal second seconds sec secs time times baar attempt attempts try tries "
    "ticket tickets call calls point points customer customers people log agent agents seat seats "
    "shift shifts km mbps gb mb character characters digit digits मिनट घंटे दिन बार साल महीने सेकंड लोग"
)
#: What a number counts, directly after it.
COUNTED = re.compile(rf"\s?(?:%|\u00d7|{_UNITS})", re.IGNORECASE)
_OTHER_NUMBERS = words(
    "order orders invoice bill receipt ticket tickets case ref reference txn transaction trans utr "
    "rrn tracking awb consignment policy booking pnr train serial sku item shift slot project gig "
    "version error status employee emp pin_code zip zip_code postal gst gstin hsn sac promo coupon "
    "referral invite room flat house plot sector extension ext aht udyam score page id ऑर्डर आर्डर "
    "टिकट पिन_कोड इनवॉइस शिफ्ट संदर्भ त्रुटि ट्रांजैक्शन"
)
_BETWEEN = words("no number num id code is was of the hai tha ka ki नंबर संख्या आईडी है था का की")
#: A word before a number which says that the number is nobody's secret.
NAMED_OTHERWISE = re.compile(rf"{_OTHER_NUMBERS}(?:{_BETWEEN}|\W|_){{0,10}}$", re.IGNORECASE)
