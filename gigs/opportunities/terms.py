"""Versions of an opportunity's terms: publish one, change them, and what changed between two."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import Field

from accounts.models import User
from accounts.security import audit
from gigs import horizon, notifications
from gigs.models import Application, Opportunity, PayKind, Terms
from gigs.models.terms import PAY, TEXT, hash_of
from hitouch.core import money
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import Refusal
from hitouch.core.web.humanize import moment_text
from onboarding.vocabulary import queries as vocabulary_queries


class DeadlinePassed(Refusal):
    """The deadline for applications has passed."""

    code = "deadline_passed"
    message = "The last date to apply has passed. Choose a later one."
    field = "apply_by"


class HoursDoNotFit(Refusal):
    """Hourly pay needs maximum hours, a fixed price has none."""

    code = "hours_do_not_fit"
    message = "Enter the maximum hours per agent for hourly pay. Leave it at 0 for a fixed price."
    field = "hours_each"


class PublishedPayFixed(Refusal):
    """Pay and number of agents stay as they were published."""

    code = "published_pay_fixed"
    message = "Pay and number of agents cannot change once an opportunity is published."


class NothingChanged(Refusal):
    """The terms are the same as before."""

    code = "nothing_changed"
    message = "Nothing has changed, so there is no new version."


class TermsChanged(Refusal):
    """The terms that the agent was shown are not the current ones."""

    code = "terms_changed"
    message = "The client has changed the terms since you read them. Read what changed first."
    field = "terms_version"

    def __init__(self, current: Terms, changes: Sequence["TermsChange"]) -> None:
        self.current, self.changes = current, changes
        self.members = {
            "terms_version": current.version,
            "changes": [asdict(change) for change in changes],
        }
        super().__init__()


@dataclass(frozen=True)
class TermsChange:
    """What one part of the terms was and is, as people read it."""

    field: str
    label: str
    was: str
    now: str


def _shown(terms: Terms, name: str) -> str:
    value = getattr(terms, name)
    if name == "apply_by":
        return moment_text(value)
    if name == "rate_paise":
        return money.rupees(value)
    if isinstance(value, list):
        return ", ".join(value) or "Any"
    display = getattr(terms, f"get_{name}_display", None)
    return str(display() if display else value) or "Any"


def changes_between(was: Terms, now: Terms) -> list[TermsChange]:
    """What differs between two versions, in the order of the page."""
    return [
        TermsChange(name, _label(name), _shown(was, name), _shown(now, name))
        for name in (*TEXT, *PAY)
        if getattr(was, name) != getattr(now, name)
    ]


def _label(name: str) -> str:
    label = str(cast(Field, Terms._meta.get_field(name)).verbose_name)
    return label[0].upper() + label[1:]


def current_terms(opportunity: Opportunity) -> Terms:
    return opportunity.terms.get(version=opportunity.terms_version)


def check_shown(opportunity: Opportunity, version: int | None) -> Terms:
    """The current terms; refused if the agent was shown others. None shows nothing, as in a seed.

    A number that never was a version counts as the first.
    """
    current = current_terms(opportunity)
    if version is not None and version != current.version:
        shown = opportunity.terms.filter(version=version).first()
        was = shown or opportunity.terms.get(version=1)
        raise TermsChanged(current, changes_between(was, current))
    return current


def check_times_and_hours(facts: Mapping[str, Any], *, now: datetime) -> None:
    """Refuse a deadline that is over or too far ahead, and hours that do not fit the pay."""
    if facts["apply_by"] <= now:
        raise DeadlinePassed
    horizon.check_time(facts["apply_by"], now=now, field="apply_by")
    if (facts["pay_kind"] == PayKind.HOURLY) != (facts["hours_each"] > 0):
        raise HoursDoNotFit


def add_version(opportunity: Opportunity, *, by: User | None, at: datetime) -> Terms:
    """Add the text and pay of a locked opportunity as its next version."""
    last = opportunity.terms.order_by("-version").first()
    made = Terms(
        opportunity=opportunity,
        version=opportunity.terms_version + 1,
        by=by,
        published_at=at,
        previous_hash=last.hash if last else "",
        **{name: getattr(opportunity, name) for name in (*TEXT, *PAY)},
    )
    made.hash = hash_of(made)
    made.save(force_insert=True)
    opportunity.terms_version = made.version
    return made


@transaction.atomic
def edit_opportunity(
    *, opportunity: Opportunity, changes: Mapping[str, Any], by: User, at: datetime
) -> Opportunity:
    """Change a draft, or the text of a published opportunity with a new version of its terms.

    Applicants who wait are told what changed, and agree anew before they can be accepted.
    """
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    if not opportunity.can_change_terms:
        raise InvalidTransition
    changed = {
        name: value
        for name, value in _normalised(changes).items()
        if getattr(opportunity, name) != value
    }
    if not changed:
        raise NothingChanged
    for name, value in changed.items():
        setattr(opportunity, name, value)
    if opportunity.is_draft:
        check_times_and_hours(vars(opportunity), now=at)
        opportunity.save(update_fields=[*changed, "updated_at"])
        return opportunity
    if not changed.keys() <= {*TEXT, "visibility"}:
        raise PublishedPayFixed
    if "visibility" in changed:
        opportunity.save(update_fields=["visibility", "updated_at"])
    if changed.keys() == {"visibility"}:
        return opportunity
    if "apply_by" in changed:
        check_times_and_hours(vars(opportunity), now=at)
    was = current_terms(opportunity)
    now = add_version(opportunity, by=by, at=at)
    audit.record_event(by=by, action="opportunity.terms_changed", on=opportunity, at=at)
    _tell_applicants(opportunity, changes_between(was, now), at=at)
    return opportunity


def _normalised(changes: Mapping[str, Any]) -> dict[str, Any]:
    facts = dict(changes)
    for name in ("skills", "languages"):
        if name in facts:
            facts[name] = vocabulary_queries.normalise_words(name, facts[name])
    return facts


def _tell_applicants(opportunity: Opportunity, changes: list[TermsChange], *, at: datetime) -> None:
    pending = opportunity.applications.filter(state=Application.State.PENDING)
    for application in pending.select_related("agent__user", "opportunity").order_by("pk"):
        notifications.terms_changed(
            application=application, changed=[each.label for each in changes], at=at
        )
