"""Ledger entries for people: what each is about, how much it moves, and where its source is."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet, Sum
from django.urls import NoReverseMatch, reverse

from payments.models import Entry, Leg

#: Sources that have no page of their own, by the related row that has one.
SHOWN_AT = {
    "payments.payoutattempt": "payout",
    "payments.reserve": "opportunity",
    "payments.reserveincrease": "reserve__opportunity",
    "payments.reserverelease": "reserve__opportunity",
}
#: Related rows that stand in the text of a source.
NAMED_BY = {"gig", "client", "deposit"}


@dataclass(frozen=True)
class EntrySource:
    """The row that an entry books."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class LegLine:
    """One leg, its amount on the side where it stands."""

    account: str
    account_url: str
    debit_paise: int | None
    credit_paise: int | None


def sources_of(entries: Iterable[Entry]) -> dict[UUID, EntrySource]:
    """What each entry is about, by entry; one query for each kind of source."""
    ids: defaultdict[str, set[UUID]] = defaultdict(set)
    rows = list(entries)
    for entry in rows:
        ids[entry.source_type].add(entry.source_id)
    found = {kind: _sources_of_kind(kind, keys) for kind, keys in ids.items()}
    unknown = EntrySource("The row is missing")
    return {entry.pk: found[entry.source_type].get(entry.source_id, unknown) for entry in rows}


def _sources_of_kind(kind: str, keys: Collection[UUID]) -> dict[UUID, EntrySource]:
    try:
        model, path = apps.get_model(kind), SHOWN_AT.get(kind, "")
    except (LookupError, ValueError):  # a table that is no more
        return {}
    rows = model._base_manager.filter(pk__in=keys)
    names = {field.name for field in model._meta.fields if field.is_relation} & NAMED_BY
    if path or names:
        rows = rows.select_related(*names, *([path] if path else []))
    sources = {}
    for row in rows:
        shown = row
        for step in path.split("__") if path else ():
            shown = getattr(shown, step)
        sources[row.pk] = EntrySource(str(shown), _admin_url(shown))
    return sources


def _admin_url(row: object) -> str:
    meta = row._meta  # type: ignore[attr-defined]
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])  # type: ignore[attr-defined]
    except NoReverseMatch:
        return ""


def amounts_of(entries: Collection[UUID]) -> dict[UUID, int]:
    """How much each entry moves: the sum of its debits, in one query."""
    legs = Leg.objects.filter(entry__in=entries, amount_paise__gt=0)
    return dict(legs.values_list("entry").annotate(Sum("amount_paise")))


def legs_of(entry: Entry) -> list[LegLine]:
    """The legs of an entry, in their order."""
    return [_line(leg) for leg in _with_accounts(entry.legs.order_by("position"))]


def _with_accounts(legs: QuerySet[Leg]) -> QuerySet[Leg]:
    return legs.select_related(
        "account__agent__user", "account__client", "account__reserve__opportunity"
    )


def _line(leg: Leg) -> LegLine:
    url = reverse("admin:payments_ledgeraccount_change", args=[leg.account_id])
    debit, credit = max(leg.amount_paise, 0), max(-leg.amount_paise, 0)
    return LegLine(str(leg.account), url, debit or None, credit or None)


def latest_legs(account: UUID, number: int) -> QuerySet[Leg]:
    """The latest movements on an account, newest first."""
    legs = Leg.objects.filter(account=account).select_related("entry__reverses")
    return legs.order_by("-entry__at", "-pk")[:number]


def related_entries(entry: Entry) -> QuerySet[Entry]:
    """The entry that this one reverses, the one that reverses it, and others of its source."""
    same = Q(source_type=entry.source_type, source_id=entry.source_id)
    others = Entry.objects.filter(Q(pk=entry.reverses_id) | Q(reverses=entry) | same)
    return others.exclude(pk=entry.pk).order_by("at", "pk")
