"""Sentences with generated secrets, and sentences without, in three languages.

The check digits come from python-stdnum and the ranges from the issuers' own rules, not from the
detector. Written down before the detector's rules, so that those do not fit these sentences only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from stdnum import luhn, verhoeff

DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
FULL_WIDTH = str.maketrans("0123456789", "".join(map(chr, range(0xFF10, 0xFF1A))))
FIRST_NAMES = ("asha", "ravi", "meena", "imran", "joseph", "kavya", "arjun", "fatima", "sunil")
LAST_NAMES = ("verma", "nair", "khan", "das", "reddy", "patil", "singh", "iyer", "bose")
UPI_HANDLES = (
    "okaxis", "okhdfcbank", "oksbi", "okicici", "ybl", "ibl", "axl", "paytm", "ptsbi", "upi",
    "apl", "sbi", "icici", "hdfcbank", "kotak", "airtel", "jupiteraxis", "fbl", "yesbank",
    "barodampay",
)  # fmt: skip
BANK_LETTERS = ("SBIN", "HDFC", "ICIC", "UTIB", "PUNB", "KKBK", "BARB", "CNRB", "UBIN", "IDIB")
MAIL_DOMAINS = ("gmail.com", "yahoo.co.in", "outlook.com", "rediffmail.com", "hotmail.com")


@dataclass(frozen=True)
class Sentence:
    """A text, and the secrets in it: their kind, and the characters that must not stay."""

    text: str
    kind: str
    secret: str


def digits(pick: Random, count: int) -> str:
    return "".join(pick.choices("0123456789", k=count))


def grouped(number: str, sizes: tuple[int, ...], separator: str) -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(number[start : start + size])
        start += size
    return separator.join(parts)


def disguised(pick: Random, number: str, *groupings: tuple[int, ...]) -> str:
    """A number as people type it: mostly plain or grouped, sometimes in other digits."""
    style = pick.choices(
        ("plain", "grouped", "devanagari", "full-width", "zero-width"), (40, 40, 10, 5, 5)
    )[0]
    sizes = pick.choice(groupings) if groupings else (len(number),)
    separator = pick.choice((" ", " ", "-", "-", ".", "\n", "  ", " - "))
    match style:
        case "grouped":
            return grouped(number, sizes, separator)
        case "devanagari":
            return grouped(number, sizes, pick.choice((" ", ""))).translate(DEVANAGARI)
        case "full-width":
            return number.translate(FULL_WIDTH)
        case "zero-width":
            return grouped(number, sizes, pick.choice(("\u200b", "\u200d", "\u2060")))
    return number


def aadhaar(pick: Random) -> str:
    start = pick.choice("23456789") + digits(pick, 10)
    return disguised(pick, start + verhoeff.calc_check_digit(start), (4, 4, 4), (4, 4, 4), (6, 6))


def vid(pick: Random) -> str:
    start = pick.choice("23456789") + digits(pick, 14)
    return disguised(pick, start + verhoeff.calc_check_digit(start), (4, 4, 4, 4))


def pan(pick: Random) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    head = "".join(pick.choices(letters, k=3)) + pick.choice("PPPPCHFAT") + pick.choice(letters)
    number, last = f"{pick.randrange(1, 10000):04}", pick.choice(letters)
    style = pick.choices(("plain", "lower", "spaces", "dashes", "devanagari"), (5, 2, 1, 1, 1))[0]
    match style:
        case "lower":
            return (head + number + last).lower()
        case "spaces":
            return f"{head} {number} {last}"
        case "dashes":
            return f"{head}-{number}-{last}"
        case "devanagari":
            return head + number.translate(DEVANAGARI) + last
    return head + number + last


def card(pick: Random) -> str:
    start, length = pick.choice(
        [("4", 16), ("4", 16), ("5" + pick.choice("12345"), 16), ("2221", 16), ("37", 15),
         ("60", 16), ("65", 16), ("81", 16), ("508", 16), ("6011", 16), ("36", 14)]
    )  # fmt: skip
    body = start + digits(pick, length - len(start) - 1)
    number = body + luhn.calc_check_digit(body)
    sizes = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[length]
    return disguised(pick, number, sizes)


def upi(pick: Random) -> str:
    name = pick.choice(
        [
            pick.choice(FIRST_NAMES) + pick.choice(LAST_NAMES),
            f"{pick.choice(FIRST_NAMES)}.{pick.choice(LAST_NAMES)}{digits(pick, 2)}",
            pick.choice("6789") + digits(pick, 9),
            f"{pick.choice(FIRST_NAMES)}-{digits(pick, 3)}",
        ]
    )
    handle = pick.choice(UPI_HANDLES)
    joint = pick.choices(("@", " @ ", "@ ", "\uff20"), (8, 1, 1, 1))[0]
    return pick.choice((str.lower, str.lower, str.title))(name) + joint + handle


def account(pick: Random) -> str:
    length = pick.choice((9, 10, 11, 11, 12, 13, 14, 14, 15, 16, 17, 18))
    number = pick.choice("0123456") + digits(pick, length - 1)
    half = length // 2
    third = length // 3
    return disguised(pick, number, (half, length - half), (third, third, length - 2 * third))


def one_time_code(pick: Random) -> str:
    number = digits(pick, pick.choice((4, 6, 6, 6, 6, 8)))
    half = len(number) // 2
    return disguised(pick, number, (half, half), (1,) * len(number))


def phone(pick: Random) -> str:
    number = pick.choice("6789") + digits(pick, 9)
    prefix = pick.choice(("", "", "", "+91 ", "+91-", "0", "91 ", "+91"))
    return prefix + disguised(pick, number, (5, 5), (5, 5), (3, 3, 4), (4, 3, 3))


def email(pick: Random) -> str:
    name = pick.choice(
        [
            f"{pick.choice(FIRST_NAMES)}.{pick.choice(LAST_NAMES)}",
            f"{pick.choice(FIRST_NAMES)}{digits(pick, 3)}",
            f"{pick.choice(FIRST_NAMES)}_{pick.choice(LAST_NAMES)}+work",
        ]
    )
    domain = pick.choice(MAIL_DOMAINS)
    style = pick.choices(("plain", "spaces", "words", "brackets"), (8, 1, 1, 1))[0]
    match style:
        case "spaces":
            return f"{name} @ {domain}"
        case "words":
            return f"{name} at {domain.replace('.', ' dot ')}"
        case "brackets":
            return f"{name}(at){domain}"
    return f"{name}@{domain}"


def password(pick: Random) -> str:
    word = pick.choice(FIRST_NAMES).title()
    return pick.choice(
        [
            f"{word}@{digits(pick, 3)}",
            f"{word}#{digits(pick, 4)}",
            f"{word}{digits(pick, 4)}!",
            f"{digits(pick, 2)}{word.lower()}{digits(pick, 4)}",
            "".join(pick.choices("abcdefghkmnpqrstuvwxyzABCDEFGHJK23456789#$%&*", k=10)) + "7x",
        ]
    )


def bank_code(pick: Random) -> str:
    return f"{pick.choice(BANK_LETTERS)}0{digits(pick, 6)}"


MAKERS: dict[str, Callable[[Random], str]] = {
    "AADHAAR": aadhaar,
    "VID": vid,
    "PAN": pan,
    "CARD": card,
    "UPI": upi,
    "ACCOUNT": account,
    "OTP": one_time_code,
    "PHONE": phone,
    "EMAIL": email,
    "PASSWORD": password,
}
FRAMES: dict[str, tuple[str, ...]] = {
    "AADHAAR": (
        "My Aadhaar number is {}, please check why KYC failed",
        "{} this is my aadhar, verify it",
        "Aadhaar: {}",
        "I uploaded the card twice. {} and the name is right",
        "why do you reject {} again and again",
        "mera aadhar number {} hai, KYC kyu reject hua",
        "aadhaar no {} check kar lo please",
        "bhai {} ye number galat kyu bol raha hai",
        "मेरा आधार नंबर {} है",
        "आधार {} से केवाईसी नहीं हो रहा",
        "कृपया {} जांचें",
    ),
    "VID": (
        "My virtual ID is {}",
        "I used VID {} instead of Aadhaar, is that fine",
        "{} is the VID from the UIDAI site",
        "mera VID {} hai",
        "virtual id {} dala tha par fail ho gaya",
        "मेरी वर्चुअल आईडी {} है",
        "वीआईडी {} डाली थी",
    ),
    "PAN": (
        "My PAN is {} and it says invalid",
        "PAN card number {}. The name matches my bank",
        "please change {} to my new one",
        "you deducted TDS under {}",
        "mera pan {} hai galat dikha raha hai",
        "pan no {} update kar do",
        "मेरा पैन {} है",
        "पैन कार्ड {} स्वीकार नहीं हुआ",
    ),
    "CARD": (
        "I paid with my card {}",
        "my debit card number is {} and money was cut",
        "refund to {} please, it is my visa card",
        "can you charge {} exp 09/29",
        "mera card {} hai isse payment karo",
        "debit card {} se paise kat gaye",
        "मेरे कार्ड {} से पैसे कट गए",
        "कार्ड नंबर {} है",
    ),
    "UPI": (
        "My UPI is {}",
        "send the payout to {} from now on",
        "Please use {} instead of the bank account",
        "payment to {} failed yesterday",
        "mera upi id {} hai isme bhejo",
        "paise {} pe daal do",
        "मेरा यूपीआई {} है",
        "पैसे {} पर भेजें",
    ),
    "ACCOUNT": (
        "My account number is {}",
        "a/c no. {} at SBI, not credited yet",
        "Please change my bank account to {}",
        "salary did not reach {}, IFSC is correct: {ifsc}",
        "bank details: {ifsc}, {}",
        "mera account number {} hai, paisa nahi aaya",
        "khata number {} me paise bhejo",
        "bank a/c {} galat tha, sahi kar do",
        "मेरा खाता संख्या {} है",
        "बैंक अकाउंट नंबर {} में पैसे नहीं आए",
        "खाते {} में भुगतान भेजें",
    ),
    "OTP": (
        "the OTP is {}",
        "I got the code {} but it says wrong",
        "OTP: {}",
        "{} is the otp I received",
        "your verification code {} does not work",
        "one time password {} expired",
        "otp {} aaya hai par kaam nahi kar raha",
        "mera otp {} hai login kar do",
        "{} otp aaya tha",
        "ओटीपी {} आया है",
        "मेरा ओटीपी {} है",
        "सत्यापन कोड {} काम नहीं कर रहा",
    ),
    "PHONE": (
        "Call me on {}",
        "my new mobile number is {}",
        "{} is my whatsapp number",
        "please change my phone to {}, the old one is lost",
        "I can be reached at {} after 6 pm",
        "mera number {} hai call karo",
        "is {} pe whatsapp kar do",
        "naya mobile no {} update kar do",
        "मेरा मोबाइल नंबर {} है",
        "मुझे {} पर कॉल करें",
        "फोन {} है",
    ),
    "EMAIL": (
        "My email is {}",
        "please write to {} and not to the old address",
        "change my mail id to {}",
        "I registered with {} and cannot log in",
        "mera email {} hai",
        "{} pe mail bhejo",
        "मेरा ईमेल {} है",
        "{} पर मेल करें",
    ),
    "PASSWORD": (
        "my password is {}",
        "Password: {} and it still does not let me in",
        "I set the password to {} yesterday",
        "login with password {} please",
        "mera password {} hai",
        "password {} dala par login nahi hua",
        "मेरा पासवर्ड {} है",
        "पासवर्ड: {}",
    ),
}
INNOCENT: tuple[str, ...] = (
    "I was paid ₹{rupees} instead of ₹{rupees2}",
    "Rs. {rupees} is missing from my payout of {date}",
    "my payout of Rs {rupees}/- is held",
    "why was INR {rupees}.00 deducted",
    "The invoice says {rupees} rupees",
    "order number {order} was not counted",
    "customer order #{order} is not in the list",
    "order id {order10} ka ticket band nahi ho raha",
    "ticket {reference} has no answer since {date}",
    "ticket no. {reference} kab solve hoga",
    "invoice INV-{year}-{four} is wrong",
    "UTR {utr} but the bank says no credit",
    "transaction reference {utr} shows success",
    "my shift on {date} from {time} to {time2} is not shown",
    "shift {four} ko cancel karna hai",
    "shift number {five} on {date} was full",
    "I joined in {year} and left in {year2}",
    "I had 5 attempts and used 3 of them",
    "OTP is not coming since {minutes} minutes",
    "otp {minutes} minute se nahi aa raha",
    "I asked for the OTP 3 times on {date}",
    "the OTP did not arrive at {time}",
    "OTP nahi aa raha, {year} me account banaya tha",
    "I did not get the code, error 5004",
    "error code {four} on the login page",
    "after the code I got a refund of ₹{rupees}",
    "the code comes after {minutes} minutes, I waited until {time}",
    "my pin code is {pincode}, is work available here",
    "I moved to {pincode} Pune",
    "mera pincode {pincode} hai",
    "मेरा पिन कोड {pincode} है",
    "मेरी शिफ्ट {date} को {time} बजे थी",
    "मुझे {rupees} रुपये कम मिले",
    "ऑर्डर नंबर {order} गलत है",
    "टिकट {reference} का जवाब नहीं आया",
    "ओटीपी {minutes} मिनट से नहीं आया",
    "{year} में मेरा अकाउंट बना था",
    "mujhe {rupees} rupaye kam mile {date} ko",
    "salary {rupees} aani thi, {rupees2} aayi",
    "I handled {four} tickets in {year}",
    "my score was {two} out of 100 in test {four}",
    "call duration {time}:22, AHT {four} seconds",
    "version 12.4.{four} of the app crashes on Android 14",
    "my internet speed is 100 Mbps with 1920 x 1080",
    "my password is not working",
    "mera password galat bata raha hai",
    "I forgot my password and the reset link expired",
    "password reset kaise karu",
    "पासवर्ड भूल गया हूं",
    "does the client see my aadhaar card or PAN",
    "my account is locked after {minutes} tries",
    "how do I change my bank account from {date}",
    "my bank account shows {rupees} less",
    "the account was credited with {rupees}.50 on {date}",
    "mere account me {rupees} aaye {date} ko",
    "IFSC {ifsc} is the right branch",
    "I work @ home and @night",
    "meeting at {time} @ office",
    "the UPI limit is {rupees} per day",
    "upi se {rupees} bheje the",
    "card activity: {four} points in {year}",
    "GST is 18% on {rupees}",
    "between {date} and {date2} I worked {two} hours",
    "from {year}-{year2} I was in BPO, {minutes} months",
    "room {three}, floor 4, tower 2",
    "rating 4.5 from {four} customers, 98.76% quality",
    "I lost {four} points; see case {reference}",
    "PNR, seat, train {five} is late on {date}",
    "my phone number is wrong in the profile",
    "phone nahi lag raha {time} se",
    "contact centre 24/7 with {four} seats",
    "mail id badalni hai {date} se pehle",
    "please call between {time} and {time2}",
    "http://hitouchcx.example/shifts/{five}?page=2",
    "my employee code at the old company was E{five}",
    "slot {date} {time}-{time2} id {five} booked twice",
)


def secret_sentences(count: int, *, seed: int) -> Iterator[Sentence]:
    """`count` sentences with one secret each, all kinds and frames in turn."""
    pick = Random(seed)
    kinds = list(MAKERS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        frames = FRAMES[kind]
        frame = frames[number // len(kinds) % len(frames)]
        secret = MAKERS[kind](pick)
        text = frame.replace("{ifsc}", bank_code(pick)).replace("{}", secret)
        yield Sentence(text, kind, secret)


def innocent_sentences(count: int, *, seed: int) -> Iterator[str]:
    """`count` sentences with numbers that are nobody's secret."""
    pick = Random(seed)
    for number in range(count):
        yield INNOCENT[number % len(INNOCENT)].format(**_facts(pick))


def _facts(pick: Random) -> dict[str, str]:
    return {
        "rupees": _amount(pick),
        "rupees2": _amount(pick),
        "date": _date(pick),
        "date2": _date(pick),
        "time": f"{pick.randrange(24):02}:{pick.choice(('00', '15', '30'))}",
        "time2": f"{pick.randrange(1, 13)}:30 pm",
        "order": pick.choice(("OD", "")) + digits(pick, pick.choice((7, 8, 12))),
        "order10": pick.choice("123456789") + digits(pick, 9),
        "reference": "".join(pick.choices("0123456789ABCDEF", k=8)),
        "utr": pick.choice((digits(pick, 12), "HDFCN" + digits(pick, 17))),
        "year": str(pick.randrange(2010, 2027)),
        "year2": str(pick.randrange(2010, 2027)),
        "minutes": str(pick.choice((5, 10, 15, 30, 45, 60))),
        "pincode": pick.choice("12345678") + digits(pick, 5),
        "two": str(pick.randrange(10, 100)),
        "three": str(pick.randrange(100, 1000)),
        "four": str(pick.randrange(1000, 10000)),
        "five": str(pick.randrange(10000, 100000)),
        "ifsc": bank_code(pick),
    }


def _amount(pick: Random) -> str:
    value = pick.randrange(1_000, 300_000)
    return pick.choice((str(value), f"{value:,}", f"{value // 1000 * 1000}"))


def _date(pick: Random) -> str:
    day, month, year = pick.randrange(1, 29), pick.randrange(1, 13), pick.randrange(2023, 2027)
    return pick.choice(
        (
            f"{day:02}/{month:02}/{year}",
            f"{day}-{month}-{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day:02}.{month:02}.{year}",
            f"{day} {('Jan', 'Mar', 'May', 'Aug', 'Oct', 'Nov')[month % 6]} {year}",
            f"{day:02}{month:02}{year}",
        )
    )
