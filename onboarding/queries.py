"""What may be asked of onboarding, by its own doors and by the apps above."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Prefetch, QuerySet
from django.urls import reverse

from accounts.models import Agent
from hitouch.core import masking
from hitouch.core.cefr import CEFR
from hitouch.core.india_time import day_of
from hitouch.core.waiting import WorkQueue
from onboarding import gates, payees, pins, rules
from onboarding.digilocker_state import DigiLockerStatus, visit_of
from onboarding.lexicon import in_vocabulary, lexicon, typed_beside
from onboarding.models import (
    AccountFreeze,
    AccountTest,
    BankAccount,
    Experience,
    Fluency,
    KycCase,
    KycCheck,
    KycDocument,
    KycHeldPicture,
    LooseWord,
    ProfileDraft,
    ResumeProposal,
    Signature,
)
from onboarding.payees import Payee, account_in_use, bank_account_of, payee_of
from onboarding.reviewing import (
    Documents,
    Other,
    documents_standing,
    others_like,
    purpose_of,
    with_asks,
)
from onboarding.signing_state import (
    TextToSign,
    newest_text,
    papers_that_wait,
    text_before,
    texts_to_sign,
)
from onboarding.sources import configured
from onboarding.standings import AccountStatus, standing_of
from onboarding.vocabulary import Lexicon
from onboarding.waiting_time import expected

__all__ = [
    "AccountStatus",
    "Clearance",
    "DigiLockerStatus",
    "Documents",
    "Lexicon",
    "Other",
    "Payee",
    "TextToSign",
    "account_in_use",
    "accounts_to_look_at",
    "all_cases",
    "bank_account_of",
    "case_of",
    "cases_to_review",
    "clearance_behind_gates",
    "clearance_of",
    "digilocker_is_here",
    "documents_standing",
    "expected",
    "fluency_of",
    "in_vocabulary",
    "is_stopped",
    "lexicon",
    "months_worked",
    "newest_text",
    "others_like",
    "payee_of",
    "purpose_of",
    "signatures_of",
    "signing_contacts",
    "standing_of",
    "stopped_payments",
    "text_before",
    "texts_to_sign",
    "typed_beside",
    "visit_of",
    "waiting",
    "with_asks",
    "with_documents",
]


@dataclass(frozen=True)
class Clearance:
    """That an agent may work: on what level, and since when."""

    level: CEFR
    cleared_at: datetime


def clearance_of(agent: Agent) -> Clearance | None:
    """The agent's clearance, or None while any gate is open, also one that opened again."""
    clearing = agent.clearings.filter(ended_at__isnull=True).first()
    if clearing is None or gates.first_open(agent) is not None:
        return None
    return Clearance(CEFR(agent.level), clearing.cleared_at)


def clearance_behind_gates(agent: Agent) -> Clearance | None:
    """The same, for who has just found every gate passed."""
    clearing = agent.clearings.filter(ended_at__isnull=True).first()
    return Clearance(CEFR(agent.level), clearing.cleared_at) if clearing else None


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
    return with_asks(cases).prefetch_related(
        Prefetch("documents", current, to_attr="current_documents"), Prefetch("checks", checks)
    )


def cases_to_review() -> QuerySet[KycCase]:
    """What reviewers have to decide, in the order in which it came in."""
    return with_asks(KycCase.objects.waiting().with_agent().oldest_first())


def all_cases() -> QuerySet[KycCase]:
    """Every case for staff, with agent, reviewer and documents."""
    return with_documents(KycCase.objects.with_agent())


def signatures_of(agent: Agent) -> QuerySet[Signature]:
    """What the agent signed, newest first, with the texts and the papers."""
    rows = agent.signatures.select_related("template", "paper__file")
    return rows.order_by("-signed_at", "kind")


def signing_contacts(agent: Agent) -> dict[str, str]:
    """The verified contacts a code for signing can go to, masked, by channel."""
    user = agent.user
    found = {}
    if user.email and user.email_verified_at:
        found["email"] = masking.mask_contact(user.email)
    if user.phone and user.phone_verified_at:
        found["phone"] = masking.mask_contact(user.phone)
    return found


def accounts_to_look_at() -> QuerySet[AccountTest]:
    """Accounts that a colleague decides about, the longest waiting first."""
    return AccountTest.objects.waiting().with_people().order_by("asked_at")


def is_stopped(account: BankAccount) -> bool:
    """Whether the payments of this account's agent are stopped."""
    return payees.open_freeze_of(account.agent) is not None


def stopped_payments() -> QuerySet[AccountFreeze]:
    """Agents whose payments are stopped, the longest waiting first."""
    open_ones = AccountFreeze.objects.filter(outcome="")
    return open_ones.select_related("account__agent__user").order_by("at")


def waiting(*, now: datetime) -> list[WorkQueue]:
    """Documents that wait for a reviewer, and accounts that wait for finance."""
    found = KycCase.objects.waiting().aggregate(count=Count("id"), oldest=Min("queued_at"))
    url = reverse("admin:onboarding_kyccase_changelist") + "?state__exact=IN_REVIEW"
    return [
        WorkQueue("Document reviews", found["count"], found["oldest"], url, "Onboarding"),
        *_waiting_pictures(),
        *_waiting_accounts(),
        *_waiting_words(),
        *papers_that_wait(now),
    ]


def _waiting_accounts() -> list[WorkQueue]:
    url = reverse("admin:onboarding_accounttest_changelist")
    tests = AccountTest.objects.waiting().aggregate(count=Count("id"), oldest=Min("asked_at"))
    stops = AccountFreeze.objects.filter(outcome="").aggregate(count=Count("id"), oldest=Min("at"))
    stopped_url = reverse("admin:onboarding_accountfreeze_changelist")
    found = [
        WorkQueue("Bank accounts to review", tests["count"], tests["oldest"], url, "Money"),
        WorkQueue("Payments on hold", stops["count"], stops["oldest"], stopped_url, "Money"),
    ]
    return [queue for queue in found if queue.count]


def _waiting_pictures() -> list[WorkQueue]:
    url = reverse("admin:onboarding_kycheldpicture_changelist")
    held = KycHeldPicture.objects.waiting().aggregate(count=Count("id"), oldest=Min("held_at"))
    found = WorkQueue("Photos to mask", held["count"], held["oldest"], url, "Onboarding")
    return [found] if found.count else []


def _waiting_words() -> list[WorkQueue]:
    url = reverse("admin:onboarding_looseword_changelist")
    words = LooseWord.objects.waiting().aggregate(count=Count("id"), oldest=Min("created_at"))
    found = WorkQueue("Terms to decide", words["count"], words["oldest"], url, "Onboarding")
    return [found] if found.count else []


def resume_proposal_of(agent: Agent) -> ResumeProposal | None:
    """What was read from a résumé and waits to be confirmed."""
    return ResumeProposal.objects.filter(agent=agent).first()


def typed_by(agent: Agent) -> dict[str, dict[str, str]]:
    """What waits to be saved in each section of the profile."""
    return {key: draft_of(agent, key).fields for key in ProfileDraft.Section.values}


def months_worked(jobs: Iterable[Experience], *, on: datetime) -> int:
    """Whole months in at least one of these jobs, by India's calendar."""
    today = day_of(on)
    return rules.months_of_experience(((job.started_on, job.ended_on) for job in jobs), today)


def digilocker_is_here() -> bool:
    """Whether this site has a key to DigiLocker."""
    return configured.digilocker() is not None


def identity_is_locked(agent: Agent) -> bool:
    """Whether names and date of birth are being compared, or were compared, with documents."""
    return KycCase.objects.filter(agent=agent, state__in=KycCase.LOCKING).exists()


def draft_of(agent: Agent, section: str) -> ProfileDraft:
    """What is typed and not saved in one section; revision 0 when nothing ever was."""
    found = ProfileDraft.objects.filter(agent=agent, section=section).first()
    return found or ProfileDraft(agent=agent, section=section)


def fluency_of(agent: Agent) -> list[dict[str, str]]:
    """How well the agent says to speak and write each language of the profile; empty: not told."""
    told = {row.language: row for row in Fluency.objects.filter(agent=agent)}
    rows = [(name, told.get(name) or Fluency()) for name in agent.languages]
    return [{"language": name, "spoken": row.spoken, "written": row.written} for name, row in rows]


def doubts_of(agent: Agent) -> list[str]:
    """What does not fit together in the addresses: told, because the list of PIN codes has gaps."""
    addresses = (agent.current_address, agent.permanent_address)
    told = [pins.doubt(pin=each["pin"], state=each["state"]) for each in addresses if each]
    return [sentence for sentence in dict.fromkeys(told) if sentence]
