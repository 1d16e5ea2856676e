"""Progress of the profile by section, drafts, experience and address warnings."""

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
    """One section of the profile: what is missing, and whether there are unsaved changes."""

    key: str
    title: str
    url: str
    required_count: int
    missing: tuple[str, ...]
    has_draft: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing required is missing."""
        return not self.missing


@dataclass(frozen=True)
class ProfileProgress:
    """All sections in their order."""

    sections: tuple[SectionProgress, ...]
    agent: Agent

    @cached_property
    def may_tell(self) -> list[str]:
        """Optional items that are missing. Queried only when shown."""
        complete = self.agent.fluencies.exclude(spoken="").exclude(written="")
        known = set(complete.values_list("language", flat=True))
        return [f"how well you know {name}" for name in self.agent.languages if name not in known]

    @property
    def percent(self) -> int:
        """Percentage of required items; 100 only if nothing is missing."""
        total = sum(section.required_count for section in self.sections)
        return 100 * (total - len(self.missing)) // total

    @property
    def missing(self) -> list[str]:
        """Labels of the missing items."""
        return [word for section in self.sections for word in section.missing]

    @property
    def open_section(self) -> SectionProgress | None:
        """The first incomplete section."""
        return next((section for section in self.sections if not section.is_done), None)

    def after(self, key: str) -> SectionProgress:
        """The next incomplete section after `key`, then from the beginning."""
        keys = [section.key for section in self.sections]
        following = self.sections[keys.index(key) + 1 :]
        return next(section for section in (*following, *self.sections) if not section.is_done)


def url_of(key: str) -> str:
    """URL of a section's page."""
    if key == PHOTO:
        return reverse("onboarding:profile-photo")
    return reverse("onboarding:profile-section", args=[key])


def progress_of(agent: Agent) -> ProfileProgress:
    """Progress of the agent's profile."""
    unsaved = agent.profile_drafts.filter(typed_at__isnull=False)
    drafts = set(unsaved.values_list("section", flat=True))
    titles = {**dict(ProfileDraft.Section.choices), PHOTO: "Profile photo"}
    return ProfileProgress(
        tuple(
            SectionProgress(
                key=key,
                title=titles[key],
                url=url_of(key),
                required_count=len(required),
                missing=tuple(word for word, is_given in required.items() if not is_given),
                has_draft=key in drafts,
            )
            for key, required in _required_items(agent).items()
        ),
        agent,
    )


def _required_items(agent: Agent) -> dict[str, dict[str, bool]]:
    """Required items by section, and whether each is given. `steps.gates` checks the same."""
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
    """URL of the first incomplete section of the profile."""
    progress = progress_of(agent)
    return (progress.open_section or progress.sections[0]).url


def unsaved_sections(agent: Agent) -> dict[str, dict[str, str]]:
    """Unsaved fields of each section."""
    return {key: draft_of(agent, key).fields for key in ProfileDraft.Section.values}


def months_worked(jobs: Iterable[Experience], *, on: datetime) -> int:
    """Whole months in at least one of these jobs, as of India's date."""
    today = day_of(on)
    return experience.months_of_experience(((job.started_on, job.ended_on) for job in jobs), today)


def draft_of(agent: Agent, section: str) -> ProfileDraft:
    """The draft of a section; a new one with revision 0 if there is none."""
    draft = ProfileDraft.objects.filter(agent=agent, section=section).first()
    return draft or ProfileDraft(agent=agent, section=section)


def address_mismatches(agent: Agent) -> list[str]:
    """Warnings where PIN code and state do not match. No errors: the list of PIN codes has gaps."""
    addresses = (agent.current_address, agent.permanent_address)
    warnings = [
        postcodes.mismatch_of(pin=each["pin"], state=each["state"]) for each in addresses if each
    ]
    return [sentence for sentence in dict.fromkeys(warnings) if sentence]
