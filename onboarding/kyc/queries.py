"""What a reviewer's desk asks of the rows: why one looks, who else has a number, what is new."""

from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet

from accounts.models import Agent
from onboarding.models import KycAsk, KycCase, KycCheck, KycDocument, still_needed


def with_resubmissions(cases: QuerySet[KycCase]) -> QuerySet[KycCase]:
    """Cases with the asks that are open, or that the last sending answered, at `asks_now`."""
    asks = KycAsk.objects.select_related("document", "by").order_by("document__kind")
    now = asks.filter(Q(answered_at=None) | Q(answered_at=F("case__submitted_at")))
    return cases.prefetch_related(Prefetch("asks", now, to_attr="asks_now"))


@dataclass(frozen=True)
class DocumentsStatus:
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


def documents_status(case: KycCase | None) -> DocumentsStatus:
    """What the page and the API tell an agent; `case` is from `case_of`."""
    if case is None:
        return DocumentsStatus({}, {}, is_open=True, is_waiting=False)
    there = {row.kind: row for row in case.current_documents}  # type: ignore[attr-defined]
    asks = {ask.document.kind: ask for ask in case.asks_now if not ask.answered_at}  # type: ignore[attr-defined]
    return DocumentsStatus(there, asks, case.is_open, case.can_be_decided)


def case_of(agent: Agent) -> KycCase | None:
    """The agent's documents case, with the documents that count."""
    return with_documents(KycCase.objects.filter(agent=agent)).first()


def was_sent_back(case: KycCase) -> bool:
    """Whether a person ever sent the documents back, or asked for new ones."""
    return case.events.filter(became__in=KycCase.SENT_BACK, by__isnull=False).exists()


def with_documents(cases: QuerySet[KycCase]) -> QuerySet[KycCase]:
    """Cases with the newest document of each kind at `current_documents`."""
    current = KycDocument.objects.current().select_related("file", "held").order_by("-kind")
    checks = KycCheck.objects.select_related("document").order_by("verdict", "kind", "document")
    return with_resubmissions(cases).prefetch_related(
        Prefetch("documents", current, to_attr="current_documents"), Prefetch("checks", checks)
    )


def all_cases() -> QuerySet[KycCase]:
    """Every case for staff, with agent, reviewer and documents."""
    return with_documents(KycCase.objects.with_agent())
