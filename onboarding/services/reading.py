"""Opening a text and reading it to its end: what exactly an agent was shown, and for how long."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import Agent
from hitouch.core.errors import Refusal
from hitouch.core.humanize import date_text
from onboarding import gates, steps, wording
from onboarding.models import AgreementReading, AgreementTemplate
from onboarding.services import guards


class ReadTooFast(Refusal):
    """Nobody reads that fast."""

    code = "read_too_fast"

    def __init__(self, wait: timedelta) -> None:
        self.retry_after = max(1, math.ceil(wait.total_seconds()))
        super().__init__(
            f"Please take time to read the agreement. You can continue in {self.retry_after} "
            "seconds."
        )


class NotOpened(Refusal):
    """It was not shown to this agent yet, or not in these words."""

    code = "not_opened"
    message = "Open this agreement first. It changes if your name or address has changed."


class NotRead(Refusal):
    """A text was not read to its end."""

    code = "not_read"
    field = "accept"

    def __init__(self, titles: list[str]) -> None:
        super().__init__(f"Read this first:  {', '.join(titles).lower()}.")


@transaction.atomic
def open_text(*, agent: Agent, template: AgreementTemplate, at: datetime) -> AgreementReading:
    """The text as it is for this agent. Words that were shown stay while its facts are the same."""
    steps.require(agent, step="agreements")
    held = guards.lock(agent)
    known = AgreementReading.objects.filter(agent=held, template=template).first()
    if known is not None:
        if known.text == _text_for(held, template, known.opened_at):
            return known
        known.delete()
    text = _text_for(held, template, at)
    return AgreementReading.objects.create(
        agent=held,
        template=template,
        text=text,
        text_sha256=wording.sha256_of(text),
        opened_at=at,
    )


def open_texts(*, agent: Agent, at: datetime) -> list[AgreementReading]:
    """Every text that is left to sign."""
    return [open_text(agent=agent, template=row, at=at) for row in gates.unsigned(agent)]


def finish_reading(
    *, agent: Agent, template: AgreementTemplate, at: datetime, seen: int | None = None
) -> AgreementReading:
    """The agent says: I have read it to the end. Saying so again changes nothing."""
    steps.require(agent, step="agreements")
    reading = AgreementReading.objects.filter(agent=agent, template=template).first()
    if reading is None or reading.text != _text_for(agent, template, reading.opened_at):
        raise NotOpened
    if reading.finished_at is None:
        left = reading.opened_at + timedelta(seconds=settings.HITOUCH_READING_SECONDS) - at
        if left > timedelta(0):
            raise ReadTooFast(left)
        parts = len(wording.laid_out(reading.text))
        reading.finished_at, reading.seen = at, None if seen is None else min(seen, parts)
        reading.save()
    return reading


def read_texts(agent: Agent, templates: list[AgreementTemplate]) -> list[AgreementReading]:
    """What the agent has read of these, in their present words; refuses when one is missing."""
    rows = AgreementReading.objects.filter(agent=agent, template__in=templates)
    found = {row.template_id: row for row in rows.select_related("template")}
    missing = [row.title for row in templates if not _is_read(agent, found.get(row.pk))]
    if missing:
        raise NotRead(missing)
    return [found[row.pk] for row in templates]


def _is_read(agent: Agent, reading: AgreementReading | None) -> bool:
    if reading is None or reading.finished_at is None:
        return False
    return reading.text == _text_for(agent, reading.template, reading.opened_at)


def _text_for(agent: Agent, template: AgreementTemplate, at: datetime) -> str:
    return wording.merged(template.text, facts_of(agent, at))


def facts_of(agent: Agent, at: datetime) -> dict[str, str]:
    """What a text may name of an agent. Of the address the town is enough; the rest is on file."""
    address = agent.current_address or {}
    place = ", ".join(filter(None, (address.get("city"), address.get("state"))))
    return {"name": agent.name, "place": place or "India", "date": date_text(at)}
