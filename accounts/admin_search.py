"""How lists of the admin find people: by names and by contacts."""

from accounts import contacts
from accounts.models.users import NAME_COLUMNS
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Column, Words

#: Why other personal data is not searched.
SEALED_NOTE = "Numbers, dates of birth and addresses are encrypted and cannot be searched."


def names(of: str = "") -> Words:
    """By the names of the agent to whom the relation `of` leads."""
    return Words("the beginnings of names", NAME_COLUMNS, of)


def email(column: str = "email") -> Column:
    """By an e-mail address, from its beginning."""
    return Column("the beginning of an email address", f"{column}__startswith", _lower)


def phone(column: str = "phone") -> Column:
    """By a whole phone number, in whatever way it is written."""
    return Column("a whole mobile number", column, _phone)


def _lower(text: str) -> str:
    return text.strip().lower()


def _phone(text: str) -> str:
    if not contacts.is_like_phone(text):
        return ""
    try:
        return contacts.parse(text)
    except Refusal:
        return ""
