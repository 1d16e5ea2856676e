"""Evidence packs: the facts of a dispute, read from the rows, with digests.

A pack is made when a dispute is opened, passed to staff and closed, so that a row which is changed
later shows (`verify`). It names the sides only: no contacts, no personal numbers, and no colleague
by name. Numbers and addresses that somebody typed are covered. Sealed ratings and sealed amounts
are not part of it.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from accounts.models import User
from accounts.security import audit
from gigs import signals
from gigs.models import Application, Claim, Dispute, DisputeFile, EvidencePack, Gig, Work
from hitouch.core.db import hash_chain
from hitouch.core.files import storage
from hitouch.core.models import StoredFile

#: Facts that change while life goes on; all others never do.
MOVING = (
    "application",
    "refused-part",
    "work",
    "shift",
    "session",
    "break",
    "correction",
    "deliverable",
)
CHAIN = "dispute-evidence"
#: E-mail addresses, and digits as of a phone number, in what somebody typed.
CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w.-])\+?\d(?:[ -]?\d){9,}(?![\w.-])")
COVERED = "[covered]"
Content = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """Whether a pack and the rows behind it are what they were.

    `tampered` are facts that never change and yet differ now, `moved_on` those that may.
    """

    is_intact: bool
    tampered: tuple[str, ...]
    moved_on: tuple[str, ...]


@transaction.atomic
def current_pack(dispute: Dispute, *, at: datetime) -> EvidencePack:
    """The pack of the facts as they are now: the last one, or a new one if a fact has changed."""
    dispute = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
    return record_pack(dispute, at=at)


def record_pack(dispute: Dispute, *, at: datetime) -> EvidencePack:
    """Store the facts as they are now, unless the last pack has them. The dispute is locked."""
    items = [
        {"item": name, "content": content, "sha256": _digest(content)}
        for name, content in _facts_of(dispute)
    ]
    last = dispute.packs.order_by("number").last()
    if last is not None and last.manifest == _manifest(items):
        return last
    pack = EvidencePack(dispute=dispute, at=at, items=items, manifest=_manifest(items))
    hash_chain.append(pack, after=last, digest_of=_chained)
    pack.save(force_insert=True)
    return pack


def verify(pack: EvidencePack) -> Verdict:
    """Compare a pack with its digests and its chain, and with the rows as they are now."""
    items = pack.items
    digests = all(each["sha256"] == _digest(each["content"]) for each in items)
    rows = list(pack.dispute.packs.order_by("number"))
    is_chained = hash_chain.first_break(rows, digest_of=_chained) is None
    now = {name: _digest(content) for name, content in _facts_of(pack.dispute)}
    changed = [each["item"] for each in items if now.get(each["item"]) != each["sha256"]]
    moved_on = tuple(name for name in changed if name.split("/")[0] in MOVING and name in now)
    tampered = tuple(name for name in changed if name not in moved_on)
    is_whole = digests and is_chained and pack.manifest == _manifest(items)
    return Verdict(is_whole and not tampered, tampered, moved_on)


def as_json(pack: EvidencePack) -> bytes:
    """The pack as a file, with how its digests are made."""
    content = {
        "dispute": str(pack.dispute_id),
        "pack": pack.number,
        "made_at": pack.at.isoformat(),
        "digests": (
            "sha256 of an item: SHA-256 of its content as JSON with sorted keys and the separators "
            "',' and ':', non-ASCII characters escaped. manifest_sha256: of the list of all items' "
            "digests in this order, in the same way."
        ),
        "manifest_sha256": pack.manifest,
        "previous": pack.previous_hash,
        "hash": pack.hash,
        "items": pack.items,
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True).encode()


def as_zip(pack: EvidencePack) -> bytes:
    """The pack with the files that it names."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zip_file:
        zip_file.writestr("evidence.json", as_json(pack))
        for name, stored in _stored_files(pack.dispute, until=pack.at):
            zip_file.writestr(name, storage.read(stored))
    return archive.getvalue()


def record_access(pack: EvidencePack, *, form: str, by: User, at: datetime) -> None:
    """Record who downloaded a pack, as JSON or ZIP."""
    new = {"pack": pack.number, "form": form}
    audit.record_event(by=by, action="dispute.evidence_opened", on=pack.dispute, at=at, new=new)


def _digest(content: Content) -> str:
    return hash_chain.digest([content], compact=True)


def _manifest(items: list[Content]) -> str:
    return hash_chain.digest([each["sha256"] for each in items], compact=True)


def _chained(pack: EvidencePack) -> str:
    facts = [str(pack.dispute_id), pack.number, _moment(pack.at), pack.manifest]
    return hash_chain.keyed_digest(CHAIN, hash_chain.digest([*facts, pack.previous_hash]))


def covered(text: str) -> str:
    """The text without e-mail addresses and phone numbers."""
    return CONTACT.sub(COVERED, text)


def _facts_of(dispute: Dispute) -> Iterator[tuple[str, Content]]:
    """The facts, each with its name, in a fixed order."""
    yield (
        f"dispute/{dispute.pk}",
        {
            "kind": dispute.kind,
            "opened_by": dispute.side,
            "opened_for_the_side_by_staff": dispute.is_by_staff,
            "opened_at": _moment(dispute.opened_at),
            "asked_paise": dispute.asked_paise,
            "statement": covered(dispute.statement),
        },
    )
    yield from _messages(dispute)
    yield from _files(dispute)
    if dispute.application is not None:
        yield from _application(dispute.application)
    if dispute.gig is not None:
        yield from _gig(dispute.gig)
        yield from _works(dispute)
        yield from _shifts(dispute)
        yield from _ratings(dispute.gig)
        yield from _payments(dispute.gig)


def _messages(dispute: Dispute) -> Iterator[tuple[str, Content]]:
    for row in dispute.messages.order_by("number"):
        yield (
            f"message/{row.number}",
            {
                "by": row.author,
                "at": _moment(row.at),
                "text": covered(row.text),
            },
        )


def _files(dispute: Dispute) -> Iterator[tuple[str, Content]]:
    for row in dispute.files.select_related("file").order_by("at", "pk"):
        yield (
            f"file/{row.pk}",
            {
                "by": row.author,
                "at": _moment(row.at),
                "name": row.file.name,
                "sha256": row.file.sha256,
                "note": covered(row.note),
            },
        )


def _application(row: Application) -> Iterator[tuple[str, Content]]:
    yield (
        f"application/{row.pk}",
        {
            "opportunity": row.opportunity.title,
            "applied_at": _moment(row.created_at),
            "note": covered(row.note),
            "match": row.score,
            "state": row.state,
            "decided_at": _moment(row.decided_at),
            "reason": covered(row.reason),
        },
    )


def _gig(gig: Gig) -> Iterator[tuple[str, Content]]:
    yield (
        f"terms/{gig.pk}",
        {
            "title": gig.title,
            "pay": gig.pay_kind,
            "rate_paise": gig.rate_paise,
            "hours": gig.hours_each,
            "began_at": _moment(gig.created_at),
            "description": covered(gig.opportunity.description),
        },
    )
    for event in gig.events.order_by("pk"):
        yield f"gig-event/{event.pk}", _event(event)


def _event(event: Any) -> Content:
    return {"became": event.became, "at": _moment(event.at), "why": covered(event.why)}


def _works(dispute: Dispute) -> Iterator[tuple[str, Content]]:
    works = Work.objects.filter(gig=dispute.gig_id)
    if work_id := _work_of(dispute):
        works = works.filter(pk=work_id)
    for work in works.order_by("submitted_at", "pk"):
        yield (
            f"work/{work.pk}",
            {
                "state": work.state,
                "round": work.round,
                "submitted_at": _moment(work.submitted_at),
                "summary": covered(work.summary),
            },
        )
        for review in work.reviews.order_by("round"):
            yield (
                f"review/{review.pk}",
                {
                    "round": review.round,
                    "verdict": review.verdict,
                    "at": _moment(review.at),
                    "comment": covered(review.comment),
                },
            )
        for part in work.refused_parts.order_by("starts_at", "created_at", "pk"):
            yield (
                f"refused-part/{part.pk}",
                {
                    "from": _moment(part.starts_at),
                    "until": _moment(part.ends_at),
                    "amount_paise": part.amount_paise,
                    "reason": part.reason,
                    "note": covered(part.note),
                    "answer": covered(part.answer),
                },
            )
        for row in work.deliverables.select_related("file").order_by("round", "created_at", "pk"):
            yield (
                f"deliverable/{row.pk}",
                {
                    "round": row.round,
                    "link": row.url,
                    "name": row.file.name if row.file else "",
                    "sha256": row.file.sha256 if row.file else "",
                },
            )


def _work_of(dispute: Dispute) -> UUID | None:
    return dispute.part.work_id if dispute.part else dispute.work_id


def _shifts(dispute: Dispute) -> Iterator[tuple[str, Content]]:
    claims = Claim.objects.filter(gig=dispute.gig_id).select_related("slot")
    if dispute.claim_id:
        claims = claims.filter(pk=dispute.claim_id)
    elif work_id := _work_of(dispute):
        claims = claims.filter(sessions__work=work_id).distinct()
    for claim in claims.order_by("slot__starts_at", "pk"):
        yield (
            f"shift/{claim.pk}",
            {
                "from": _moment(claim.slot.starts_at),
                "until": _moment(claim.slot.ends_at),
                "state": claim.state,
            },
        )
        yield from _time_log(claim)


def _time_log(claim: Claim) -> Iterator[tuple[str, Content]]:
    for session in claim.sessions.order_by("started_at", "pk"):
        yield (
            f"session/{session.pk}",
            {
                **_span(session),
                "ended_by": session.ended_by,
                "replaced_by_a_correction": session.is_replaced,
            },
        )
    for pause in claim.breaks.order_by("started_at", "pk"):
        yield f"break/{pause.pk}", _span(pause)
    for refused in claim.clock_in_refusals.order_by("pk"):
        yield (
            f"clock-in-refused/{refused.pk}",
            {
                "at": _moment(refused.at),
                "code": refused.code,
                "reason": refused.reason,
            },
        )
    for row in claim.corrections.order_by("created_at", "pk"):
        yield (
            f"correction/{row.pk}",
            {
                **_span(row),
                "by": row.side,
                "state": row.state,
                "reason": covered(row.reason),
            },
        )
    for count in claim.task_counts.order_by("pk"):
        yield (
            f"count/{count.pk}",
            {
                "at": _moment(count.at),
                "kind": count.kind,
                "count": count.count,
                "note": covered(count.note),
            },
        )
    for event in claim.events.order_by("pk"):
        yield f"shift-event/{event.pk}", _event(event)


def _span(row: Any) -> Content:
    return {"from": _moment(row.started_at), "until": _moment(row.ended_at)}


def _ratings(gig: Gig) -> Iterator[tuple[str, Content]]:
    """Ratings that both sides can read."""
    for row in gig.ratings.filter(opened_at__isnull=False).order_by("side"):
        yield (
            f"rating/{row.pk}",
            {
                "by": row.side,
                "stars": row.stars,
                "comment": covered(row.shown_comment),
                "submitted_at": _moment(row.submitted_at),
            },
        )


def _payments(gig: Gig) -> Iterator[tuple[str, Content]]:
    """What payments have booked for the gig, as far as both sides see it."""
    answers: list[tuple[Any, Any]] = signals.payments_asked.send(sender=Gig, gig=gig)
    found: list[Content] = [fact for _, facts in answers for fact in facts or ()]
    for fact in sorted(found, key=lambda fact: (fact["opened_at"], fact["id"])):
        yield f"payment/{fact['id']}", fact


def _moment(at: datetime | None) -> str | None:
    """In UTC, whatever zone the caller's time is in: the rows are read back in UTC."""
    return at.astimezone(UTC).isoformat() if at else None


def _stored_files(dispute: Dispute, *, until: datetime) -> Iterator[tuple[str, StoredFile]]:
    """Files of both sides and, of work, those that can be opened."""
    added: models.QuerySet[DisputeFile] = dispute.files.filter(at__lte=until)
    for row in added.select_related("file").order_by("at", "pk"):
        yield f"files/{row.pk}-{row.file.name}", row.file
    if dispute.work is None:
        return
    for each in dispute.work.deliverables.select_related("file").order_by("round", "created_at"):
        if each.file is not None and each.is_checked:
            yield f"work/{each.round}-{each.pk}-{each.file.name}", each.file
