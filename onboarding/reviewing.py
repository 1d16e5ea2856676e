"""What a reviewer's desk asks of the rows: why one looks, who else has a number, what is new."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet

from accounts.models import User
from hitouch.core import masking
from onboarding.models import KycAsk, KycCase, KycDocument, KycLook, Purpose, still_needed

MOST_OTHERS = 20


@dataclass(frozen=True)
class Other:
    """Somebody else on whose documents the same number or person stands."""

    case: UUID
    name: str
    state: str
    what: str
    is_own: bool


def purpose_of(case: KycCase, by: User, at: datetime) -> str | None:
    """Why this colleague may look at the pictures now: taken to decide, or what was said."""
    if case.is_taken_by(by, at):
        return Purpose.REVIEW
    looks = KycLook.objects.filter(case=case, by=by, at__gt=at - KycLook.LASTS)
    return looks.values_list("purpose", flat=True).first()


def others_like(case: KycCase, viewer: User) -> list[Other]:
    """Other cases with the same PAN, or the same person on an Aadhaar; names are masked."""
    rows = list(case.documents.current().values_list("number_index", "person_index"))
    numbers, persons = ({row[i] for row in rows if row[i]} for i in (0, 1))
    same = Q(number_index__in=numbers) | Q(person_index__in=persons)
    found = KycDocument.objects.current().filter(same).exclude(case=case)
    return [
        Other(
            case=row.case_id,
            name=masking.mask_name(row.case.agent.name),
            state=row.case.get_state_display(),
            what="The same PAN" if row.number_index in numbers else "The same person",
            is_own=row.case.agent.user_id == viewer.pk,
        )
        for row in found.select_related("case__agent").order_by("created_at")[:MOST_OTHERS]
    ]


def with_asks(cases: QuerySet[KycCase]) -> QuerySet[KycCase]:
    """Cases with the asks that are open, or that the last sending answered, at `asks_now`."""
    asks = KycAsk.objects.select_related("document", "by").order_by("document__kind")
    now = asks.filter(Q(answered_at=None) | Q(answered_at=F("case__submitted_at")))
    return cases.prefetch_related(Prefetch("asks", now, to_attr="asks_now"))


@dataclass(frozen=True)
class Documents:
    """Where an agent's documents stand: what is there, what was asked for, what may come."""

    there: dict[str, KycDocument]
    asks: dict[str, KycAsk]
    is_open: bool
    is_waiting: bool

    @property
    def missing(self) -> list[str]:
        """The kinds that are not there; a signed Aadhaar needs no back."""
        return [str(kind) for kind in still_needed(self.there.values())]

    @property
    def kinds(self) -> list[str]:
        """The kinds that are there or have to come, in their order."""
        known = {*self.there, *self.missing}
        return [kind for kind in KycDocument.Kind.values if kind in known]

    @property
    def is_complete(self) -> bool:
        """Whether they can be sent."""
        asked_for = all(ask.can_be_sent for ask in self.asks.values())
        return self.is_open and not self.missing and asked_for

    @property
    def wants_aadhaar(self) -> bool:
        """Whether an Aadhaar may come, and has not come signed."""
        front = self.there.get(KycDocument.Kind.AADHAAR_FRONT)
        is_signed = front is not None and front.is_signed
        return not is_signed and self.can_put(KycDocument.Kind.AADHAAR_FRONT)

    def can_put(self, kind: str) -> bool:
        """Whether a picture of this kind may come now."""
        stays = bool(self.asks) and kind not in self.asks and kind in self.there
        return self.is_open and not stays


def documents_standing(case: KycCase | None) -> Documents:
    """What the page and the API tell an agent; `case` is from `case_of`."""
    if case is None:
        return Documents({}, {}, is_open=True, is_waiting=False)
    there = {row.kind: row for row in case.current_documents}  # type: ignore[attr-defined]
    asks = {ask.document.kind: ask for ask in case.asks_now if not ask.answered_at}  # type: ignore[attr-defined]
    return Documents(there, asks, case.is_open, case.can_be_decided)
