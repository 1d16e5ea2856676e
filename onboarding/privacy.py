"""Personal data of onboarding: export, files, erasure, and what holds back an erasure."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse

from accounts.models import Agent, User
from accounts.security import locks
from hitouch.core.data_protection.privacy import (
    Hold,
    OwnFile,
    blank_reasons,
    destroy_files,
    moment,
    without_immutability_triggers,
)
from hitouch.core.masking import last_four
from onboarding.models import (
    AccountTest,
    AccountTestEvent,
    BankAccount,
    Employment,
    KycCase,
    KycCaseEvent,
    KycDocument,
    KycHeldPicture,
    KycHeldPictureEvent,
    KycSession,
    KycSessionEvent,
    KycUpload,
    ResumeProposal,
    SignedPaper,
)

ERASED = frozenset(
    {
        "onboarding.AccountFreeze", "onboarding.AccountTest", "onboarding.AccountTestEvent",
        "onboarding.AgreementReading", "onboarding.BankAccount", "onboarding.Clearing",
        "onboarding.Employment", "onboarding.Experience", "onboarding.Fluency",
        "onboarding.KycAsk", "onboarding.KycCase", "onboarding.KycCaseEvent", "onboarding.KycCheck",
        "onboarding.KycDocument", "onboarding.KycHeldPicture",
        "onboarding.KycHeldPictureEvent", "onboarding.KycLook", "onboarding.KycReferral",
        "onboarding.KycSample",
        "onboarding.KycSession", "onboarding.KycSessionEvent", "onboarding.KycUpload",
        "onboarding.ProfileDraft", "onboarding.Qualification", "onboarding.ResumeProposal",
    }
)  # fmt: skip


def holds(user: User, *, now: datetime) -> list[Hold]:
    """Reasons to postpone closing the account: replacement documents under review."""
    waiting = KycCase.objects.waiting().filter(agent__user=user)
    if not waiting.filter(documents__approved_at__isnull=False).exists():
        return []
    sentence = "Your new documents are under review."
    return [Hold("documents_in_review", sentence, reverse("onboarding:documents"))]


def files(user: User) -> list[OwnFile]:
    """Pictures of documents, and sealed PDFs of agreements."""
    documents = KycDocument.objects.filter(case__agent__user=user, file__isnull=False)
    pictures = [
        OwnFile(f"documents/{row.slug}-{row.pk}.jpg", row.file)
        for row in documents.select_related("file").order_by("created_at")
        if row.file
    ]
    papers = SignedPaper.objects.filter(signature__agent__user=user, file__isnull=False)
    return pictures + [
        OwnFile(f"agreements/{row.file.name}", row.file)
        for row in papers.select_related("file").order_by("created_at")
        if row.file
    ]


def export(user: User) -> dict[str, Any]:
    """All personal data of onboarding, with masked numbers."""
    agent = Agent.objects.select_related("employment", "resume_proposal").filter(user=user).first()
    if agent is None:
        return {}
    case = KycCase.objects.filter(agent=agent).prefetch_related("documents").first()
    return {
        "qualifications": [
            {"level": row.get_level_display(), "title": row.title,
             "institution": row.institution, "year": row.year}
            for row in agent.qualifications.order_by("year")
        ],
        "experience": [
            {"company": row.company, "role": row.role, "domain": row.get_domain_display(),
             "from": row.started_on.isoformat(),
             "to": row.ended_on.isoformat() if row.ended_on else None}
            for row in agent.experiences.order_by("started_on")
        ],
        "fluency": _fluency(agent),
        "employment": [
            {"status": str(row), "employer": row.employer, "job_title": row.job_title}
            for row in filter(None, [getattr(agent, "employment", None)])
        ],
        "typed_and_not_saved": _drafts(agent),
        "texts_opened": _readings(agent),
        "read_in_resume": _guesses(agent),
        "identity_documents": _case(case) if case else None,
        "visits_to_digilocker": _visits(agent),
        "agreements": [
            {"agreement": row.get_kind_display(), "version": row.version, "text": row.exact_text,
             "signed_as": row.typed_name, "signed_at": moment(row.signed_at),
             "text_sha256": row.text_sha256, "network_address": row.ip,
             "browser": row.user_agent}
            for row in agent.signatures.select_related("template").order_by("signed_at")
        ],
        "bank_accounts": _accounts(agent),
        "cleared": _clearings(agent),
    }  # fmt: skip


def _visits(agent: Agent) -> list[dict[str, Any]]:
    return [
        {"began_at": moment(row.started_at), "ended_at": moment(row.ended_at),
         "state": row.get_state_display(), "why": row.why,
         "agreed_to_version": row.consent_version}
        for row in agent.kyc_sessions.order_by("started_at")
    ]  # fmt: skip


def _fluency(agent: Agent) -> list[dict[str, Any]]:
    return [
        {"language": row.language, "spoken": row.get_spoken_display(),
         "written": row.get_written_display()}
        for row in agent.fluencies.order_by("language")
    ]  # fmt: skip


def _accounts(agent: Agent) -> list[dict[str, Any]]:
    versions = agent.bank_accounts.order_by("version").prefetch_related("tests", "freezes")
    return [
        {"version": row.version, "kind": row.get_kind_display(), "holder": row.holder_name,
         "ifsc": row.ifsc, "number": row.masked, "added_at": moment(row.added_at),
         "usable_from": moment(row.usable_from),
         "tests": [
             {"asked_at": moment(test.asked_at), "result": test.get_state_display(),
              "why": test.get_reason_display(), "name_at_bank": test.registered_name}
             for test in row.tests.all()
         ],
         "stopped_at": [moment(stop.at) for stop in row.freezes.all()]}
        for row in versions
    ]  # fmt: skip


def erase(user: User, *, at: datetime) -> None:
    """Erase personal data. Signed agreements and accounts that were paid to are kept."""
    agent = Agent.objects.filter(user=user).first()
    if agent is None:
        return
    locks.lock_agent(agent.pk)  # the lock that every change of these rows takes
    for rows in (
        agent.profile_drafts,
        agent.qualifications,
        agent.experiences,
        agent.fluencies,
        agent.clearings,
        agent.readings,
    ):
        rows.all().delete()
    ResumeProposal.objects.filter(agent=agent).delete()
    Employment.objects.filter(agent=agent).delete()
    with without_immutability_triggers(KycSessionEvent):
        KycSession.objects.filter(agent=agent).delete()
    _erase_documents(agent, at)
    for account in agent.bank_accounts.all():
        _erase_account(account)


def _erase_documents(agent: Agent, at: datetime) -> None:
    """Of a PAN card that was approved the last four digits stay; nothing else of any document."""
    case = KycCase.objects.filter(agent=agent).first()
    if case is None:
        return
    documents = case.documents.select_related("file")
    held = KycHeldPicture.objects.filter(document__case=case).select_related("file", "result")
    uploads = KycUpload.objects.filter(case=case).select_related("file")
    pictures = [row.file for row in (*documents, *held, *uploads)]
    pictures += [row.result for row in held]
    with without_immutability_triggers(KycHeldPictureEvent):
        held.delete()
    uploads.delete()
    for about in (case.checks, case.asks, case.looks, case.referrals, case.samples):
        about.all().delete()
    kept = documents.filter(kind=KycDocument.Kind.PAN, approved_at__isnull=False)
    documents.exclude(pk__in=kept.values("pk")).delete()
    for pan in documents.filter(kind=KycDocument.Kind.PAN):
        pan.file, pan.number, pan.number_index = None, "", ""
        pan.extracted, pan.surname_letter_fits = "", None
        pan.replaced_at = pan.replaced_at or at
        pan.save()
    destroy_files(pictures)
    if case.documents.exists():
        KycCase.objects.filter(pk=case.pk).update(note="", updated_at=at)
        blank_reasons(KycCaseEvent, subject=case)
    else:
        with without_immutability_triggers(KycCaseEvent):
            case.delete()


def _erase_account(account: BankAccount) -> None:
    """Delete an account that was never paid to; of others keep only the last four digits."""
    with without_immutability_triggers(BankAccount, AccountTest, AccountTestEvent):
        account.tests.all().delete()
        account.freezes.all().delete()
        try:
            with transaction.atomic():
                account.delete()
        except ProtectedError:
            BankAccount.objects.filter(pk=account.pk).update(
                account_number="", vpa="", number_index=""
            )


def _drafts(agent: Agent) -> list[dict[str, Any]]:
    return [
        {"section": row.get_section_display(), "typed_at": moment(row.typed_at),
         "fields": row.fields}
        for row in agent.profile_drafts.filter(typed_at__isnull=False).order_by("section")
    ]  # fmt: skip


def _clearings(agent: Agent) -> list[dict[str, Any]]:
    rows = agent.clearings.order_by("cleared_at")
    return [{"from": moment(row.cleared_at), "to": moment(row.ended_at)} for row in rows]


def _readings(agent: Agent) -> list[dict[str, Any]]:
    return [
        {"agreement": str(row.template), "text": row.text, "opened_at": moment(row.opened_at),
         "read_to_its_end_at": moment(row.finished_at)}
        for row in agent.readings.select_related("template").order_by("opened_at")
    ]  # fmt: skip


def _guesses(agent: Agent) -> dict[str, Any] | None:
    proposal: ResumeProposal | None = getattr(agent, "resume_proposal", None)
    return proposal.guesses if proposal else None


def _signed_facts(document: KycDocument) -> dict[str, Any]:
    """What an issuer has signed; of a picture the file itself is handed over."""
    return document.facts if document.is_signed else {}


def _case(case: KycCase) -> dict[str, Any]:
    return {
        "state": case.get_state_display(),
        "sent_at": moment(case.submitted_at),
        "decided_at": moment(case.decided_at),
        "reason": case.get_reason_display(),
        "note": case.note,
        "documents": [
            {"kind": row.get_kind_display(), "number": row.masked,
             "came_by": row.get_source_display(), "says": _signed_facts(row),
             "given_at": moment(row.created_at), "approved_at": moment(row.approved_at),
             "replaced_at": moment(row.replaced_at)}
            for row in case.documents.all()
        ],
        "uploads": [
            {"document": row.title, "number": last_four(row.last_four),
             "uploaded_at": moment(row.created_at), "result": row.get_state_display(),
             "why": row.message, "ended_at": moment(row.ended_at)}
            for row in case.uploads.order_by("created_at")
        ],
        "asked_again": [
            {"document": row.document.get_kind_display(), "reason": row.get_reason_display(),
             "note": row.note, "asked_at": moment(row.at), "answered_at": moment(row.answered_at)}
            for row in case.asks.select_related("document").order_by("at", "document__kind")
        ],
        "comparisons": [
            {"what": row.get_kind_display(), "result": row.get_verdict_display(),
             "words": row.words, "made_at": moment(row.checked_at)}
            for row in case.checks.order_by("kind", "document")
        ],
    }  # fmt: skip
