"""The board of open opportunities: filters, orders and counts that read few rows at any size.

What few rows answer is read by its keys, in any order, from an index of words. What many answer is
read in the order of the board until a page is full. Which of the two it is, the capped count tells.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.paginator import Page, Paginator
from django.db import connection, models
from django.db.models import F, Func, Q

from gigs.models import Opportunity
from gigs.models.opportunities import OpportunityQuerySet
from gigs.opportunities import search_text
from gigs.opportunities.search_text import SearchText
from onboarding.vocabulary.lexicon import Lexicon

#: Rows that a search counts and pages through.
MOST_COUNTED = 500
#: Words near to a misspelt one that are compared letter by letter.
NEAR_WORDS = 30
PAGE_SIZE = 12


class Order(models.TextChoices):
    """Orders of the board."""

    MATCH = "match", "Best match"
    WORDS = "words", "Closest to my words"
    NEWEST = "newest", "Newest"
    DEADLINE = "deadline", "Apply by"
    PAY = "pay", "Highest pay"


class Hours(models.TextChoices):
    """Hours of upcoming shifts."""

    EVENINGS = "evenings", "Evenings, 6 pm to 10 pm"
    WEEKENDS = "weekends", "Weekends"


#: Each order ends with the key, and has an index. Hourly rates come before fixed prices.
ORDERS: dict[str, tuple[str, ...]] = {
    Order.NEWEST: ("-published_at", "id"),
    Order.DEADLINE: ("apply_by", "id"),
    Order.PAY: ("-pay_kind", "-rate_paise", "id"),
}
_HOURS = {Hours.EVENINGS: "last_evening_at", Hours.WEEKENDS: "last_weekend_at"}


@dataclass(frozen=True)
class BoardSearch:
    """What an agent looks for. Empty fields ask for nothing."""

    words: str = ""
    category: str = ""
    pay_kind: str = ""
    #: Only what is open at this level.
    level: str = ""
    language: str = ""
    min_pay_paise: int = 0
    hours: str = ""
    #: Only what the agent may apply for.
    open_to_me: bool = False


class IsTrue(Func):
    """A condition that no index answers, so that rows are read in order and tested one by one."""

    template = "(%(expressions)s) IS TRUE"
    output_field = models.BooleanField()
    conditional: ClassVar[bool] = True


@dataclass(frozen=True)
class FoundRows:
    """What a search found: rows to put in any order, and their number up to the cap."""

    rows: OpportunityQuerySet
    count: int
    is_capped: bool
    text: SearchText
    #: Whether rows have to be read to know whether they are found.
    is_read: bool = False

    @property
    def is_small(self) -> bool:
        """Whether all rows were counted."""
        return not self.is_capped


def read_words(text: str, lexicon: Lexicon) -> SearchText:
    """The terms of a search, with misspelt words corrected by those of opportunities."""
    search = search_text.read(text, lexicon)
    typed = search.plain_words
    if not typed:
        return search
    return search_text.correct(search, _near_words(typed), lexicon)


def _near_words(typed: list[str]) -> dict[str, list[str]]:
    """Words of opportunities near to those with which no word of any opportunity begins."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.typed, near.word FROM unnest(%s::varchar[]) AS t (typed)"
            " LEFT JOIN LATERAL (SELECT word FROM gigs_searchword"
            " ORDER BY word <-> t.typed LIMIT %s) near ON true"
            " WHERE NOT EXISTS (SELECT 1 FROM gigs_searchword known"
            " WHERE known.word >= t.typed AND known.word < t.typed || chr(1114109))",
            [typed, NEAR_WORDS],
        )
        found: dict[str, list[str]] = {}
        for word, near in cursor.fetchall():
            found.setdefault(word, []).extend([near] if near else [])
    return found


def find(search: BoardSearch, *, level: str, lexicon: Lexicon, now: datetime) -> FoundRows:
    """Open opportunities that answer the search; `level` is the one at which the agent may work."""
    text = read_words(search.words, lexicon)
    if text.is_unreadable:
        return FoundRows(Opportunity.objects.none(), 0, False, text)
    plain = Opportunity.objects.open_at(now).filter(_columns(search, level, now))
    contents = _contents(search, text)
    # Columns are tested in an index, in its order; for contents the database chooses the way.
    counted = plain.filter(*contents) if contents else plain.order_by(*ORDERS[Order.NEWEST])
    keys = list(counted.values_list("pk", flat=True)[: MOST_COUNTED + 1])
    if len(keys) <= MOST_COUNTED:
        return FoundRows(Opportunity.objects.filter(pk__in=keys), len(keys), False, text)
    scanned = plain.filter(*(IsTrue(condition) for condition in contents))
    return FoundRows(scanned, MOST_COUNTED, True, text, is_read=bool(contents))


def _columns(search: BoardSearch, level: str, now: datetime) -> Q:
    """Filters that every index of the board answers."""
    found = Q()
    if search.category:
        found &= Q(category=search.category)
    if search.pay_kind:
        found &= Q(pay_kind=search.pay_kind)
    if search.min_pay_paise:
        found &= Q(rate_paise__gte=search.min_pay_paise)
    if search.hours:
        found &= Q(**{f"{_HOURS[Hours(search.hours)]}__gt": now})
    levels = [search.level] if search.level else []
    levels += [level] if search.open_to_me else []
    return found & Q(minimum_level__lte=min(levels)) if levels else found


def _contents(search: BoardSearch, text: SearchText) -> list[Q]:
    """Filters that the index of words answers."""
    found = []
    if text.query:
        found.append(Q(search=_query(text)))
    if search.language:
        found.append(Q(languages__contains=[search.language]))
    return found


def _query(text: SearchText) -> SearchQuery:
    return SearchQuery(text.query, search_type="raw", config="simple")


def in_order(found: FoundRows, order: str) -> OpportunityQuerySet:
    """The rows in one of `ORDERS`; words with no order asked for come by where they were found."""
    if order in ORDERS:
        return found.rows.order_by(*ORDERS[order])
    if not (found.text.query and found.is_small):
        return found.rows.order_by(*ORDERS[Order.NEWEST])
    rank = SearchRank(F("search"), _query(found.text))
    return found.rows.annotate(rank=rank).order_by("-rank", *ORDERS[Order.NEWEST])


#: The newest rows of a large find of which the nearest to an agent are chosen: fewer where each row
#: has to be read to know whether it is found, else an index has all that filters ask for.
NEWEST_COMPARED, NEWEST_READ, NEAREST = 1500, 600, 300
_NEARNESS = (
    "(minimum_level <= %s)::int * 8 + (skills <@ %s::varchar[])::int * 4"
    " + (skills && %s::varchar[])::int * 2 + (languages <@ %s::varchar[])::int * 2"
    " + (experience_years <= %s)::int"
)


def nearest_keys(
    found: FoundRows, *, level: str, skills: list[str], languages: list[str], years: int
) -> list[UUID]:
    """Of the newest rows found, those nearest to these facts; a match is then computed for each."""
    most = NEWEST_READ if found.is_read else NEWEST_COMPARED
    newest = found.rows.order_by(*ORDERS[Order.NEWEST]).values("pk")[:most]
    rows, values = newest.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM gigs_opportunity WHERE id IN ({rows})"  # noqa: S608
            f" ORDER BY {_NEARNESS} DESC, published_at DESC, id LIMIT %s",
            [*values, level, skills, skills, languages, years, NEAREST],
        )
        return [key for (key,) in cursor.fetchall()]


class CountedPaginator(Paginator):
    """Pages of rows that were counted before."""

    def __init__(self, rows: Any, *, count: int) -> None:
        self._count = count
        super().__init__(rows, PAGE_SIZE)

    @property
    def count(self) -> int:
        return self._count


@dataclass(frozen=True)
class Board:
    """One page of what a search found."""

    found: FoundRows
    page: Page[Any]
    #: Whether rows beyond those of the pages were not compared.
    is_selection: bool = False

    @property
    def count_text(self) -> str:
        """The number of rows found: "1 opportunity", "More than 500 opportunities"."""
        if self.found.is_capped:
            return f"More than {MOST_COUNTED} opportunities"
        return "1 opportunity" if self.found.count == 1 else f"{self.found.count} opportunities"


def board(
    search: BoardSearch,
    *,
    order: str,
    number: str | None,
    level: str,
    lexicon: Lexicon,
    now: datetime,
    rank: Callable[[FoundRows], list[Any]],
) -> Board:
    """A page of the board; `rank` gives the keys of rows by match."""
    found = find(search, level=level, lexicon=lexicon, now=now)
    if order != Order.MATCH:
        rows = in_order(found, order).select_related("project__client")
        return Board(found, CountedPaginator(rows, count=found.count).get_page(number))
    keys = rank(found)
    page = CountedPaginator(keys, count=len(keys)).get_page(number)
    page.object_list = in_order_of(list(page.object_list))
    return Board(found, page, is_selection=found.is_capped)


def in_order_of(keys: list[Any]) -> list[Opportunity]:
    """These opportunities, in the order of the keys."""
    rows = Opportunity.objects.select_related("project__client").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]
