"""The password with which UIDAI locks an e-Aadhaar: four letters of the name and the birth year."""

from datetime import date

LETTERS = 4


def from_profile(given_name: str, family_name: str, born: date | None) -> list[str]:
    """The passwords that fit this person, the likeliest first.

    UIDAI takes the first four characters of the whole name without blanks, dots included; a shorter
    name is taken whole. The name on the card may begin with the given or with the family name.
    """
    if born is None:
        return []
    given, family = given_name.split(), family_name.split()
    orders = (given + family, family + given)
    names = ["".join(order) for order in orders]
    names += [name.replace(".", "") for name in names]
    starts = dict.fromkeys(name[:LETTERS].upper() for name in names if name)
    return [f"{start}{born.year}" for start in starts]
