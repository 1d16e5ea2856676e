"""Comparing an agent's documents with the profile and with each other, before a person looks."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Agent
from hitouch.core.crypto import SealBroken, blind_index
from hitouch.core.files import storage
from hitouch.core.jobs.dispatch import enqueue_on_commit
from onboarding.kyc import comparison, queries
from onboarding.kyc.comparison import CardData, ComparisonResult, ProfileData
from onboarding.kyc.faces import compare_with_photo
from onboarding.models import KycCase, KycCheck, KycDocument, still_needed
from onboarding.names import matching

Kind = KycDocument.Kind
NOT_MASKED = "The photo is not masked yet."


def schedule_checks(case: KycCase) -> None:
    """Forget what was compared; after the commit a worker compares anew, or the sweep does."""
    case.checks.all().delete()
    enqueue_on_commit("onboarding.tasks.check_case", case_id=str(case.pk))


def run_checks(*, case: KycCase, at: datetime) -> list[KycCheck]:
    """Compare anew; faces are compared before any row is locked, which takes half a second."""
    documents = _current(case)
    agent = Agent.objects.select_related("user", "photo").get(pk=case.agent_id)
    faces = [_face(agent, row) for row in documents.values() if _should_show_a_face(row)]
    with transaction.atomic():
        held = KycCase.objects.select_for_update().get(pk=case.pk)
        found = [*_findings(held, agent, documents), *faces]
        held.checks.all().delete()
        return KycCheck.objects.bulk_create(
            KycCheck(
                case=held,
                document=documents.get(each.on),
                kind=each.kind,
                verdict=each.verdict,
                similarity=each.similarity,
                words=each.words,
                checked_at=at,
            )
            for each in found
        )


def is_auto_approvable(case: KycCase) -> bool:
    """Whether nobody may have to look: issuers signed all of it, and no person sent it back."""
    is_signed = all(row.is_signed for row in case.documents.current())
    return is_signed and not queries.was_sent_back(case)


def all_checks_pass(case: KycCase) -> bool:
    """Whether issuers signed all of it, everything was compared, and agrees: then, and still now.

    A picture never passes by itself, whatever was read on it.
    """
    documents = _current(case)
    if still_needed(documents.values()) or any(row.is_held for row in documents.values()):
        return False
    rows = case.checks.select_related("document")
    if any(row.document and row.document.replaced_at for row in rows):
        return False
    then = {(row.kind, row.document.kind if row.document else ""): row.verdict for row in rows}
    agent = Agent.objects.select_related("user").get(pk=case.agent_id)
    now = {(each.kind, each.on): each.verdict for each in _findings(case, agent, documents)}
    if not (comparison.NEEDED | now.keys()) <= then.keys():
        return False
    return {*then.values(), *now.values()} == {comparison.PASS}


def _current(case: KycCase) -> dict[str, KycDocument]:
    rows = case.documents.current().select_related("file", "held")
    return {row.kind: row for row in rows}


def _findings(
    case: KycCase, agent: Agent, documents: dict[str, KycDocument]
) -> list[comparison.ComparisonResult]:
    return list(comparison.findings(_told(case, agent, documents)))


def person_index(agent: Agent, last_four: str) -> str:
    """A keyed hash of whom an Aadhaar is about; never of its number."""
    words = " ".join(sorted(matching.words_of(agent.name)))
    return blind_index("aadhaar-person", f"{words} {agent.birth_on} {last_four}")


def _told(case: KycCase, agent: Agent, documents: dict[str, KycDocument]) -> ProfileData:
    pan, front = documents.get(Kind.PAN), documents.get(Kind.AADHAAR_FRONT)
    others = KycDocument.objects.current().exclude(case=case)
    addresses = (agent.current_address, agent.permanent_address)
    return ProfileData(
        name=agent.name,
        birth_on=agent.birth_date,
        pins=frozenset(address.get("pin", "") for address in addresses if address),
        surname_letter_fits=pan.surname_letter_fits if pan else None,
        pan_elsewhere=pan is not None and others.filter(number_index=pan.number_index).exists(),
        person_elsewhere=front is not None and _is_elsewhere(front, agent, others),
        cards={kind: _read(row) for kind, row in documents.items()},
    )


def _is_elsewhere(front: KycDocument, agent: Agent, others: QuerySet[KycDocument]) -> bool:
    front.person_index = person_index(agent, front.last_four)
    front.save(update_fields=["person_index"])
    return others.filter(person_index=front.person_index).exists()


def _read(document: KycDocument) -> CardData:
    facts = document.facts
    return CardData(
        name=facts.get("name"),
        birth_on=facts.get("birth_on"),
        pin=facts.get("pin"),
        lines=tuple(facts.get("lines", ())),
        signed_by_way_of=document.get_source_display() if document.is_signed else "",
        is_in_force=facts.get("is_in_force"),
        phone_fits=facts.get("phone_fits"),
        asks_phone=document.source == KycDocument.Source.OFFLINE_XML,
    )


def _should_show_a_face(document: KycDocument) -> bool:
    """Both cards carry a portrait; the signed record of a PAN has none."""
    if document.kind == Kind.PAN:
        return not document.is_signed
    return document.kind == Kind.AADHAAR_FRONT


def _face(agent: Agent, document: KycDocument) -> ComparisonResult:
    if document.file is None:
        missing = "The document has no photo of a face." if document.is_signed else NOT_MASKED
        return ComparisonResult("FACE", "LOOK", missing, on=document.kind)
    try:
        seen = compare_with_photo(agent, storage.read(document.file))
    except (OSError, SealBroken):
        return ComparisonResult("FACE", "LOOK", "The photo can't be opened.", on=document.kind)
    return ComparisonResult("FACE", str(seen.verdict), seen.words, seen.similarity, document.kind)
