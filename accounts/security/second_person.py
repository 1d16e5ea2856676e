"""The four-eyes principle for changes of access: one person asks, another one approves."""

from accounts.models import User
from hitouch.core.errors import Refusal


class SecondPersonRequired(Refusal):
    """One person alone cannot do this."""

    code = "second_person_required"
    message = "This needs a second person: request it, and a colleague can approve it."


class NotASecondPerson(Refusal):
    """Whoever requested a change, or is concerned by it, cannot approve it."""

    code = "not_a_second_person"
    message = "Somebody else has to approve this: not who requested it, nor who it is about."


def require_second_person(*, by: User, approved_by: User | None, concerned: User) -> None:
    """Refuse unless somebody approved who neither asked nor is concerned."""
    if approved_by is None:
        raise SecondPersonRequired
    if approved_by.pk in (by.pk, concerned.pk):
        raise NotASecondPerson
