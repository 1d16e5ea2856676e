"""Comparing an agent's documents with the profile and with each other, before a person looks."""

import json
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Agent
from hitouch.core import files
from hitouch.core.bell import ring
from hitouch.core.crypto import SealBroken, blind_index
from onboarding import comparing, name_matching
from onboarding.comparing import Finding, Read, Told
from onboarding.models import KycCase, KycCheck, KycDocument
from onboarding.services.likeness import compare_with_photo

Kind = KycDocument.Kind


def ask_for_checks(case: KycCase) -> None:
    """Forget what was compared; after the commit a worker compares anew, or the sweep does."""
    case.checks.all().delete()
    ring("onboarding.tasks.check_case", case_id=str(case.pk))


def check_waiting_cases(*, at: datetime) -> int:
    """Compare what waits for a reviewer and was not compared: fifty at most in one go."""
    due = list(KycCase.objects.waiting().filter(checks__isnull=True)[:50])
    for case in due:
        run_checks(case=case, at=at)
    return len(due)


def run_checks(*, case: KycCase, at: datetime) -> list[KycCheck]:
    """Compare anew; faces are compared before any row is locked, which takes half a second."""
    documents = {row.kind: row for row in case.documents.current().select_related("file")}
    agent = Agent.objects.select_related("user", "photo").get(pk=case.agent_id)
    faces = [_face(agent, documents[kind]) for kind in comparing.CARDS if kind in documents]
    with transaction.atomic():
        held = KycCase.objects.select_for_update().get(pk=case.pk)
        found = [*comparing.findings(_told(held, agent, documents)), *faces]
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


def person_index(agent: Agent, last_four: str) -> str:
    """A keyed hash of whom an Aadhaar is about; never of its number."""
    words = " ".join(sorted(name_matching.words_of(agent.name)))
    return blind_index("aadhaar-person", f"{words} {agent.birth_on} {last_four}")


def _told(case: KycCase, agent: Agent, documents: dict[str, KycDocument]) -> Told:
    pan, front = documents.get(Kind.PAN), documents.get(Kind.AADHAAR_FRONT)
    others = KycDocument.objects.current().exclude(case=case)
    addresses = (agent.current_address, agent.permanent_address)
    return Told(
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


def _read(document: KycDocument) -> Read:
    facts = json.loads(document.extracted) if document.extracted else {}
    return Read(
        name=facts.get("name"),
        birth_on=facts.get("birth_on"),
        pin=facts.get("pin"),
        lines=tuple(facts.get("lines", ())),
    )


def _face(agent: Agent, document: KycDocument) -> Finding:
    if document.file is None:
        return Finding("FACE", "LOOK", "The picture is not masked yet.", on=document.kind)
    try:
        seen = compare_with_photo(agent, files.read(document.file))
    except (OSError, SealBroken):
        return Finding("FACE", "LOOK", "The picture cannot be opened.", on=document.kind)
    return Finding("FACE", str(seen.verdict), seen.words, seen.similarity, document.kind)
