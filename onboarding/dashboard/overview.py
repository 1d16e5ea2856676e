"""The page "You": what HitouchCX knows about an agent, with the page where each part is changed."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Agent
from hitouch.core.india_time import day_of
from hitouch.core.web.humanize import experience_text
from onboarding.agreements import queries as agreements_queries
from onboarding.assessment.queries import assessment_hint
from onboarding.kyc import queries as kyc_queries
from onboarding.models import KycCase, ProfileDraft
from onboarding.payees import queries as payees_queries
from onboarding.profile import queries as profile_queries
from onboarding.steps import gates
from onboarding.steps import queries as steps_queries
from onboarding.steps.queries import Clearance
from proctoring import queries as proctoring_queries

Section = ProfileDraft.Section
#: Skills and languages named in one line.
MOST_NAMED = 6
TONES = {
    KycCase.State.APPROVED: "good",
    KycCase.State.REJECTED: "bad",
    KycCase.State.EXPIRED: "bad",
}


@dataclass(frozen=True)
class OverviewLine:
    """One fact with the page where it is changed. Without a `url` it cannot be changed now."""

    title: str
    text: str
    url: str = ""
    action: str = "Change"
    is_missing: bool = False


@dataclass(frozen=True)
class OverviewPart:
    """One card. `opens_after` names the step that comes first while the part is not open."""

    key: str
    title: str
    icon: str
    lines: tuple[OverviewLine, ...] = ()
    word: str = ""
    tone: str = "plain"
    note: str = ""
    url: str = ""
    action: str = ""
    opens_after: str = ""


@dataclass(frozen=True)
class Overview:
    """Everything the page shows."""

    agent: Agent
    clearance: Clearance | None
    parts: tuple[OverviewPart, ...]


def overview_of(agent: Agent, now: datetime) -> Overview:
    """The page of one agent at this moment, in a fixed number of queries."""
    open_key = gates.first_open(agent)
    return Overview(
        agent,
        steps_queries.clearance_after_gates(agent) if open_key is None else None,
        (
            _profile(agent, now, _step_before("profile", open_key)),
            _documents(agent, _step_before("kyc", open_key)),
            _level(agent, _step_before("assessment", open_key)),
            _agreements(agent, _step_before("agreements", open_key)),
            _bank_account(agent, now, _step_before("assessment", open_key)),
        ),
    )


def _step_before(step: str, open_key: str | None) -> str:
    """The title of the open step if it comes before `step`, else an empty string."""
    keys = list(gates.TITLES)
    if open_key is None or keys.index(open_key) >= keys.index(step):
        return ""
    return gates.TITLES[open_key]


def _profile(agent: Agent, now: datetime, opens_after: str) -> OverviewPart:
    progress = profile_queries.progress_of(agent)
    texts = _profile_texts(agent, now)
    lines = tuple(
        OverviewLine(
            section.title,
            texts[section.key] or "Not given yet",
            "" if opens_after else section.url,
            "Add" if section.missing else "Change",
            is_missing=bool(section.missing),
        )
        for section in progress.sections
    )
    word, tone = ("Complete", "good") if not progress.missing else (f"{progress.percent}%", "info")
    return OverviewPart(
        "profile", "Profile", "person", lines, word, tone, opens_after=opens_after,
        url="" if opens_after else reverse("onboarding:resume"), action="Fill in from a résumé",
    )  # fmt: skip


def _profile_texts(agent: Agent, now: datetime) -> dict[str, str]:
    born, address = agent.birth_date, agent.current_address
    jobs = list(agent.experiences.all())
    months = profile_queries.months_worked(jobs, on=now)
    shift = agent.get_shift_display() if agent.shift else ""
    hours = f"{agent.hours_a_day} hours a day" if agent.hours_a_day else ""
    return {
        Section.PERSON: _joined(agent.name, f"born {born:%d %b %Y}" if born else ""),
        Section.ADDRESS: _joined(address.get("city", ""), address.get("state", "")),
        Section.WORK: _joined(
            _some(agent.skills), _some(agent.languages), shift, hours, separator=" · "
        ),
        Section.STUDIES: _some([str(row) for row in agent.qualifications.all()]),
        Section.JOBS: experience_text(months) if months else "No jobs stated" if jobs else "",
        profile_queries.PHOTO: "Saved" if agent.photo_id else "",
    }


def _joined(*texts: str, separator: str = ", ") -> str:
    return separator.join(text for text in texts if text)


def _some(words: list[str]) -> str:
    more = len(words) - MOST_NAMED
    return ", ".join(words[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _documents(agent: Agent, opens_after: str) -> OverviewPart:
    case = kyc_queries.case_of(agent)
    status = kyc_queries.documents_status(case)
    lines = tuple(
        OverviewLine(document.get_kind_display(), _document_text(document.created_at))
        for _, document in sorted(status.there.items())
    )
    return OverviewPart(
        "documents", "Identity documents", "lock", lines,
        word=case.get_state_display() if case else "Not sent yet",
        tone=TONES.get(KycCase.State(case.state), "info") if case else "plain",
        note="" if lines or opens_after else "Your Aadhaar and PAN, with photos or DigiLocker.",
        url="" if opens_after else reverse("onboarding:documents"),
        action="See your documents" if lines else "Add your documents",
        opens_after=opens_after,
    )  # fmt: skip


def _document_text(at: datetime) -> str:
    return f"Added {day_of(at):%d %b %Y}"


def _level(agent: Agent, opens_after: str) -> OverviewPart:
    sitting = proctoring_queries.latest_sitting(agent)
    lines = []
    if sitting is not None and not sitting.is_open:
        when = day_of(sitting.ended_at or sitting.created_at)
        url = reverse("proctoring:result", args=[sitting.pk])
        lines.append(OverviewLine("Your last test", f"{when:%d %b %Y}", url, "See the result"))
    is_enough = bool(agent.level) and gates.level_is_sufficient(agent)
    return OverviewPart(
        "level", "English level", "screen", tuple(lines),
        word=agent.level or "Not tested yet",
        tone="good" if is_enough else "warn" if agent.level else "plain",
        note=_level_note(agent, is_enough=is_enough) if not opens_after else "",
        url="" if opens_after else reverse("onboarding:assessment"),
        action="About the test",
        opens_after=opens_after,
    )  # fmt: skip


def _level_note(agent: Agent, *, is_enough: bool) -> str:
    return (
        "Enough for work. Clients see it when you apply." if is_enough else assessment_hint(agent)
    )


def _agreements(agent: Agent, opens_after: str) -> OverviewPart:
    signatures = list(agreements_queries.signatures_of(agent))
    unsigned = [] if opens_after else gates.unsigned_agreements(agent)
    lines = tuple(
        OverviewLine(
            f"{row.template.title}, version {row.template.version}",
            f"Signed {day_of(row.signed_at):%d %b %Y}",
            reverse("onboarding:signature", args=[row.pk]),
            "Read",
        )
        for row in signatures
    )
    is_signed = bool(signatures) and not unsigned
    return OverviewPart(
        "agreements", "Agreements", "check", lines,
        word="Signed" if is_signed else f"{len(unsigned)} to sign" if unsigned else "",
        tone="good" if is_signed else "warn",
        url="" if opens_after else reverse("onboarding:agreements"),
        action="Read and sign" if unsigned else "All your agreements",
        opens_after=opens_after,
    )  # fmt: skip


def _bank_account(agent: Agent, now: datetime, opens_after: str) -> OverviewPart:
    status = payees_queries.account_status_of(agent, now)
    line = OverviewLine("Paid to", status.account.masked) if status else None
    return OverviewPart(
        "bank-account", "Bank account", "money", (line,) if line else (),
        word=status.label if status else "Not added yet",
        tone=status.tone if status else "plain",
        note=status.sentence if status else "",
        url="" if opens_after else reverse("onboarding:bank-account"),
        action="See or change it" if status else "Add your bank account",
        opens_after=opens_after,
    )  # fmt: skip
