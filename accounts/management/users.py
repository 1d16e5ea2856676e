"""Finding the user that a management command is about."""

from uuid import UUID

from django.core.management.base import CommandError

from accounts import contacts
from accounts.models import User


def find_user(person: str) -> User:
    """By the account's id, or by a contact."""
    user = _by_id(person) or User.objects.with_contact(_contact(person)).first()
    if user is None:
        raise CommandError(f"There is no account {person}.")
    return user


def _by_id(person: str) -> User | None:
    try:
        return User.objects.filter(pk=UUID(person)).first()
    except ValueError:
        return None


def _contact(person: str) -> str:
    try:
        return contacts.parse(person)
    except contacts.InvalidContact as fault:
        raise CommandError(f"There is no account {person}.") from fault
