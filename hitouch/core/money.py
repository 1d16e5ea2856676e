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
