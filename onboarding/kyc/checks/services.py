"""Automatic checks of an agent's documents: stored comparison results and automatic approval.

`comparison.py` holds the rules; this module reads their input from rows and stores the results.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Agent
from hitouch.core.crypto import SealBroken, blind_index
from hitouch.core.files import storage
from hitouch.core.jobs.dispatch import enqueue_on_commit
from onboarding.kyc import queries
from onboarding.kyc.checks import comparison
from onboarding.kyc.checks.comparison import CardData, ComparisonResult, ProfileData
from onboarding.kyc.checks.faces import compare_with_photo
from onboarding.models import KycCase, KycCheck, KycDocument, still_needed
from onboarding.names import matching

Kind = KycDocument.Kind
NOT_COMPARED = "{title}: the face has not been compared with the profile photo yet."
NOT_MASKED = "The photo is not masked yet."


def schedule_checks(case: KycCase) -> None:
    """Delete the results; after the commit a task compares again, and a sweep if that is lost."""
    case.checks.all().delete()
    enqueue_on_commit("onboarding.tasks.check_case", case_id=str(case.pk))


def run_checks(*, case: KycCase, at: datetime) -> list[KycCheck]:
    """Run all checks and store the results.

    Faces take about half a second, so they are compared before rows are locked.
    """
    documents = _current_documents(case)
    agent = Agent.objects.select_related("user", "photo").get(pk=case.agent_id)
    faces = [_compare_face(agent, row) for row in documents.values() if _has_portrait(row)]
    with transaction.atomic():
        held = KycCase.objects.select_for_update().get(pk=case.pk)
        results = [*_compare(held, agent, documents), *faces]
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
            for each in results
        )


def is_auto_approvable(case: KycCase) -> bool:
    """Whether approval without a reviewer is possible: all signed, and never sent back by staff."""
    is_signed = all(row.is_signed for row in case.documents.current())
    return is_signed and not queries.was_sent_back(case)


def all_checks_pass(case: KycCase) -> bool:
    """Whether all documents are signed, and all checks passed when stored and still pass now.

    A photo never passes automatically, whatever was read on it.
    """
    documents = _current_documents(case)
    if still_needed(documents.values()) or any(row.is_held for row in documents.values()):
        return False
    rows = case.checks.select_related("document")
    if any(row.document and row.document.replaced_at for row in rows):
        return False
    stored = {(row.kind, row.document.kind if row.document else ""): row.verdict for row in rows}
    agent = Agent.objects.select_related("user").get(pk=case.agent_id)
    now = {(each.kind, each.on): each.verdict for each in _compare(case, agent, documents)}
    if not (comparison.NEEDED | now.keys()) <= stored.keys():
        return False
    return {*stored.values(), *now.values()} == {comparison.PASS}


def failed_checks(case: KycCase) -> list[str]:
    """What failed or has not run, in words: as stored, and as compared now.

    Faces take too long to compare now: without a stored result they count as not compared.
    """
    documents = _current_documents(case)
    agent = Agent.objects.select_related("user").get(pk=case.agent_id)
    now = [
        each.words for each in _compare(case, agent, documents) if each.verdict == comparison.FAIL
    ]
    stored = case.checks.exclude(document__replaced_at__isnull=False)
    failed = [row.words for row in stored if row.verdict == KycCheck.Verdict.FAIL]
    compared = {row.document_id for row in stored if row.kind == KycCheck.Kind.FACE}
    missing = [
        NOT_COMPARED.format(title=row.title)
        for row in documents.values()
        if _has_portrait(row) and row.pk not in compared
    ]
    return list(dict.fromkeys([*now, *failed, *missing]))


def person_index(agent: Agent, last_four: str) -> str:
    """Keyed hash of name, birth date and last four digits; never of the whole Aadhaar number."""
    words = " ".join(sorted(matching.words_of(agent.name)))
    return blind_index("aadhaar-person", f"{words} {agent.birth_on} {last_four}")


def _current_documents(case: KycCase) -> dict[str, KycDocument]:
    rows = case.documents.current().select_related("file", "held")
    return {row.kind: row for row in rows}


def _compare(
    case: KycCase, agent: Agent, documents: dict[str, KycDocument]
) -> list[comparison.ComparisonResult]:
    return list(comparison.findings(_profile_data(case, agent, documents)))


def _profile_data(case: KycCase, agent: Agent, documents: dict[str, KycDocument]) -> ProfileData:
    pan, front = documents.get(Kind.PAN), documents.get(Kind.AADHAAR_FRONT)
    others = KycDocument.objects.current().exclude(case=case)
    addresses = (agent.current_address, agent.permanent_address)
    return ProfileData(
        name=agent.name,
        birth_on=agent.birth_date,
        pins=frozenset(address.get("pin", "") for address in addresses if address),
        surname_letter_fits=pan.surname_letter_fits if pan else None,
        pan_elsewhere=pan is not None and others.filter(number_index=pan.number_index).exists(),
        person_elsewhere=front is not None and _is_person_elsewhere(front, agent, others),
        has_last_four=front is None or not front.is_signed or bool(front.last_four),
        cards=_cards(documents),
    )


def _cards(documents: dict[str, KycDocument]) -> dict[str, CardData]:
    """The data of each card; a photo of both sides of an Aadhaar is its front and its back."""
    front = documents.get(Kind.AADHAAR_FRONT)
    both = {str(Kind.AADHAAR_BACK): front} if front and front.both_sides else {}
    return {kind: _card_data(row) for kind, row in (both | documents).items()}


def _card_data(document: KycDocument) -> CardData:
    facts = document.facts
    return CardData(
        name=facts.get("name"),
        birth_on=facts.get("birth_on"),
        birth_year=facts.get("birth_year"),
        birth_text=facts.get("birth_text", ""),
        pin=facts.get("pin"),
        lines=tuple(facts.get("lines", ())),
        signed_by_way_of=document.get_source_display() if document.is_signed else "",
        is_in_force=facts.get("is_in_force"),
        phone_fits=facts.get("phone_fits"),
        checks_phone=document.source == KycDocument.Source.OFFLINE_XML,
    )


def _is_person_elsewhere(front: KycDocument, agent: Agent, others: QuerySet[KycDocument]) -> bool:
    front.person_index = person_index(agent, front.last_four)
    front.save(update_fields=["person_index"])
    return others.filter(person_index=front.person_index).exists()


def _has_portrait(document: KycDocument) -> bool:
    """Whether a face is expected: both cards carry a portrait, a signed PAN record has none."""
    if document.kind == Kind.PAN:
        return not document.is_signed
    return document.kind == Kind.AADHAAR_FRONT


def _compare_face(agent: Agent, document: KycDocument) -> ComparisonResult:
    if document.file is None:
        missing = "The document has no photo of a face." if document.is_signed else NOT_MASKED
        return ComparisonResult("FACE", "LOOK", missing, on=document.kind)
    try:
        seen = compare_with_photo(agent, storage.read(document.file))
    except (OSError, SealBroken):
        return ComparisonResult("FACE", "LOOK", "The photo can't be opened.", on=document.kind)
    return ComparisonResult("FACE", str(seen.verdict), seen.words, seen.similarity, document.kind)
