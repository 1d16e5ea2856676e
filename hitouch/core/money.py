"""Amounts in whole paise: shares, rounding, and formatting as rupees."""

PAISE_IN_A_RUPEE = 100
BASIS_POINTS = 10_000


def share(paise: int, basis_points: int) -> int:
    """`basis_points` (1/10,000) of an amount that is not negative, half a paisa rounded up."""
    return (paise * basis_points + BASIS_POINTS // 2) // BASIS_POINTS


def percent(basis_points: int) -> str:
    """Write a rate: 100 basis points are "1%"."""
    return f"{basis_points / 100:g}%"


def rupees(paise: int) -> str:
    """Write an amount the Indian way: 12345678 paise are "₹1,23,456.78"."""
    sign = "\N{MINUS SIGN}" if paise < 0 else ""
    whole, part = divmod(abs(paise), PAISE_IN_A_RUPEE)
    digits = str(whole)
    head, tail = digits[:-3], digits[-3:]
    groups = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)]
    return f"{sign}₹{','.join([*reversed(groups), tail])}.{part:02d}"


ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = (
    "zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
CRORE, LAKH, THOUSAND, HUNDRED = 1_00_00_000, 1_00_000, 1_000, 100
SCALES = ((CRORE, "crore"), (LAKH, "lakh"), (THOUSAND, "thousand"), (HUNDRED, "hundred"))


def _in_words(number: int) -> str:
    if number < len(ONES):
        return ONES[number]
    if number < HUNDRED:
        tens, ones = divmod(number, 10)
        return TENS[tens] + (f"-{ONES[ones]}" if ones else "")
    size, name = next(scale for scale in SCALES if number >= scale[0])
    count, rest = divmod(number, size)
    link = " and " if rest < HUNDRED else " "
    return f"{_in_words(count)} {name}" + (f"{link}{_in_words(rest)}" if rest else "")


def in_words(paise: int) -> str:
    """Write an amount as on a cheque: "One lakh and five rupees and fifty paise only"."""
    whole, part = divmod(abs(paise), PAISE_IN_A_RUPEE)
    paise_word = "paisa" if part == 1 else "paise"
    words = f"{'minus ' if paise < 0 else ''}{_in_words(whole)} rupee{'s' if whole != 1 else ''}"
    return (words + (f" and {_in_words(part)} {paise_word}" if part else "") + " only").capitalize()
