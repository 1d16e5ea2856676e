"""Saved searches: save, delete, and a mail a day about new opportunities."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Agent, User
from gigs.eligibility import level_of
from gigs.models import Opportunity, SavedSearch
from gigs.opportunities import board
from gigs.opportunities.board import BoardSearch
from gigs.opportunities.forms import SearchForm
from hitouch.core import money
from hitouch.core.errors import Refusal
from hitouch.core.india_time import next_day
from hitouch.core.outbox import services as outbox
from onboarding.vocabulary import queries as vocabulary_queries

MOST_SAVED, MOST_MAILED = 10, 10
#: Mails go out from this time of the day in India.
MAIL_AFTER = timedelta(hours=8)
_SALT = "gigs.saved_search"


class TooManySavedSearches(Refusal):
    """The agent has as many saved searches as possible."""

    code = "too_many_saved_searches"
    message = f"You have {MOST_SAVED} saved searches. Delete one first."


class SearchAlreadySaved(Refusal):
    """The agent has saved the same search."""

    code = "search_already_saved"
    message = "You have already saved this search."


class NothingToSave(Refusal):
    """The search asks for nothing."""

    code = "nothing_to_save"
    message = "Enter words or choose a filter, then save the search."
    status = 422


def saved_searches_of(agent: Agent) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(agent=agent).order_by("-created_at", "pk")


@transaction.atomic
def save_search(*, agent: Agent, form: SearchForm, site: str, at: datetime) -> SavedSearch:
    """Save a valid search; its first mail comes the next morning with work to tell of."""
    asked = form.saved_values()
    if not asked:
        raise NothingToSave
    # Lock the agent, so that two requests do not save one too many.
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
    mine = SavedSearch.objects.filter(agent=agent)
    if mine.filter(asked=asked).exists():
        raise SearchAlreadySaved
    if mine.count() >= MOST_SAVED:
        raise TooManySavedSearches
    return SavedSearch.objects.create(
        agent=agent,
        name=form.summary()[:120],
        asked=asked,
        site=site.rstrip("/"),
        checked_at=at,
        next_mail_at=_next_morning(at),
    )


def delete_search(*, saved: SavedSearch) -> None:
    saved.delete()


def stop_mails(*, saved: SavedSearch) -> None:
    """Keep the search without mails."""
    saved.is_mailed = False
    saved.save(update_fields=["is_mailed", "updated_at"])


def token_of(saved: SavedSearch) -> str:
    """The token of the link in a mail that stops its mails without logging in."""
    return signing.dumps(str(saved.pk), salt=_SALT)


def search_of_token(token: str) -> SavedSearch | None:
    """The search of such a token; None for another text, and after it was deleted."""
    try:
        key = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return SavedSearch.objects.filter(pk=key).first()


def due_for_mail(now: datetime) -> QuerySet[SavedSearch]:
    """Saved searches of active agents whose next mail is due."""
    due = SavedSearch.objects.filter(is_mailed=True, next_mail_at__lte=now)
    return due.filter(agent__user__status=User.Status.ACTIVE)


@transaction.atomic
def mail_new_work(*, saved: SavedSearch, at: datetime) -> None:
    """Mail what was published since the last look and is open; nothing if there is nothing."""
    form = SearchForm(saved.asked)
    found = board.find(
        BoardSearch(**form.facts()),
        level=level_of(saved.agent),
        lexicon=vocabulary_queries.current_lexicon(),
        now=at,
    )
    new = found.rows.filter(published_at__gt=saved.checked_at, published_at__lte=at)
    rows = list(new.order_by(*board.ORDERS[board.Order.NEWEST])[: MOST_MAILED + 1])
    if rows and saved.agent.user.email:
        context = _mail_context(saved, [_line(row) for row in rows[:MOST_MAILED]])
        outbox.queue_mail(
            to=saved.agent.user.email,
            template="gigs/new_work",
            context=context | {"has_more": len(rows) > MOST_MAILED},
            at=at,
            options=outbox.DeliveryOptions(unsubscribe_url=f"{saved.site}{context['stop']}"),
        )
    saved.checked_at, saved.next_mail_at = at, _next_morning(at)
    saved.save(update_fields=["checked_at", "next_mail_at", "updated_at"])


def _line(row: Opportunity) -> dict[str, object]:
    pay = f"{money.rupees(row.rate_paise)} {'per hour' if row.is_hourly else 'fixed price'}"
    return {"title": row.title, "pay": pay, "path": reverse("gigs:opportunity", args=[row.pk])}


def _mail_context(saved: SavedSearch, rows: list[dict[str, object]]) -> dict[str, object]:
    page = f"{reverse('gigs:opportunities')}?{saved.query}"
    stop = reverse("gigs:stop-search-mails", args=[token_of(saved)])
    return {
        "agent": saved.agent,
        "name": saved.name,
        "rows": rows,
        "site": saved.site,
        "page": page,
        "stop": stop,
    }


def _next_morning(at: datetime) -> datetime:
    return next_day(at) + MAIL_AFTER
