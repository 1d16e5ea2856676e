"""How far the profile is, section by section, read from its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from accounts.models import Agent
from hitouch.core.india_time import day_of
from onboarding.models import Employment, Experience, ProfileDraft
from onboarding.profile import experience
from onboarding.reference import postcodes

PHOTO = "photo"


@dataclass(frozen=True)
class SectionProgress:
    """One section of the profile: what is still missing, and whether something waits unsaved."""

    key: str
    title: str
    url: str
    asked: int
    missing: tuple[str, ...]
    has_draft: bool

    @property
    def is_done(self) -> bool:
        """Whether everything that has to be told is told."""
        return not self.missing


@dataclass(frozen=True)
class ProfileProgress:
    """All sections in their order."""

    sections: tuple[SectionProgress, ...]
    agent: Agent

    @cached_property
    def may_tell(self) -> list[str]:
        """What nobody has to tell, and is asked for gently; looked up when it is shown."""
        whole = self.agent.fluencies.exclude(spoken="").exclude(written="")
        told = set(whole.values_list("language", flat=True))
        return [f"how well you know {name}" for name in self.agent.languages if name not in told]

    @property
    def percent(self) -> int:
        """Of everything that has to be told; a hundred only when nothing is missing."""
        asked = sum(section.asked for section in self.sections)
        return 100 * (asked - len(self.missing)) // asked

    @property
    def missing(self) -> list[str]:
        """What is left, in words."""
        return [word for section in self.sections for word in section.missing]

    @property
    def open_section(self) -> SectionProgress | None:
        """The first section in which something is missing."""
        return next((section for section in self.sections if not section.is_done), None)

    def after(self, key: str) -> SectionProgress:
        """Where to go on from a section while something is missing: behind it first."""
        keys = [section.key for section in self.sections]
        rest = self.sections[keys.index(key) + 1 :]
        return next(section for section in (*rest, *self.sections) if not section.is_done)


def url_of(key: str) -> str:
    """The page of a section."""
    if key == PHOTO:
        return reverse("onboarding:profile-photo")
    return reverse("onboarding:profile-section", args=[key])


def progress_of(agent: Agent) -> ProfileProgress:
    """Where the agent's profile stands."""
    waiting = agent.profile_drafts.filter(typed_at__isnull=False)
    drafts = set(waiting.values_list("section", flat=True))
    titles = {**dict(ProfileDraft.Section.choices), PHOTO: "Profile photo"}
    return ProfileProgress(
        tuple(
            SectionProgress(
                key=key,
                title=titles[key],
                url=url_of(key),
                asked=len(asked),
                missing=tuple(word for word, told in asked.items() if not told),
                has_draft=key in drafts,
            )
            for key, asked in _asked(agent).items()
        ),
        agent,
    )


def _asked(agent: Agent) -> dict[str, dict[str, bool]]:
    """Everything that has to be told, and whether it is. The gate of the step asks for the same."""
    return {
        "person": {"your name": bool(agent.name), "your date of birth": bool(agent.birth_on)},
        "address": {
            "your current address": bool(agent.current_address),
            "your permanent address": bool(agent.permanent_address),
        },
        "work": {
            "your shift": bool(agent.shift),
            "your hours a day": bool(agent.hours_a_day),
            "your skills": bool(agent.skills),
            "your languages": bool(agent.languages),
        },
        "studies": {"one qualification": agent.qualifications.exists()},
        "jobs": {"whether you are employed": Employment.objects.filter(agent=agent).exists()},
        PHOTO: {"your photo": agent.photo_id is not None},
    }


def profile_url(agent: Agent) -> str:
    """The first section of the profile that is not filled in."""
    known = progress_of(agent)
    return (known.open_section or known.sections[0]).url


def unsaved_sections(agent: Agent) -> dict[str, dict[str, str]]:
    """What waits to be saved in each section of the profile."""
    return {key: draft_of(agent, key).fields for key in ProfileDraft.Section.values}


def months_worked(jobs: Iterable[Experience], *, on: datetime) -> int:
    """Whole months in at least one of these jobs, by India's calendar."""
    today = day_of(on)
    return experience.months_of_experience(((job.started_on, job.ended_on) for job in jobs), today)


def draft_of(agent: Agent, section: str) -> ProfileDraft:
    """What is typed and not saved in one section; revision 0 when nothing ever was."""
    found = ProfileDraft.objects.filter(agent=agent, section=section).first()
    return found or ProfileDraft(agent=agent, section=section)


def address_mismatches(agent: Agent) -> list[str]:
    """What does not fit together in the addresses: told, because the list of PIN codes has gaps."""
    addresses = (agent.current_address, agent.permanent_address)
    told = [
        postcodes.mismatch_of(pin=each["pin"], state=each["state"]) for each in addresses if each
    ]
    return [sentence for sentence in dict.fromkeys(told) if sentence]
