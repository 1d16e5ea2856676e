"""What is wrong with texts: slots without a value, links to no page, missing languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from chatbot.faq import links, queries, slots
from chatbot.models import FaqEntry, FaqText, HelpLanguage
from hitouch.core.monitoring import alarms
from hitouch.core.web.queues import WorkQueue

ALARM = "chatbot.faq"


@dataclass(frozen=True)
class EntryFault:
    """One fault of a published entry, as a sentence for staff."""

    entry: FaqEntry
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.entry.key}, {self.language}: {self.text}"


def faults_of_text(text: str, language: str, values: slots.SlotValues) -> list[str]:
    """What keeps a text from being shown, in sentences."""
    faults = []
    for name in slots.names_in(text):
        try:
            values.value(name, language)
        except slots.BrokenSlot as error:
            faults.append(str(error))
    for target in links.targets_in(text):
        try:
            links.url_of(target)
        except links.BrokenLink as error:
            faults.append(str(error))
    if not faults and ("{{" in slots.SLOT.sub("", text) or "}}" in slots.SLOT.sub("", text)):
        faults.append("A slot is not closed.")
    return faults


def faults_of_texts(texts: Iterable[FaqText], values: slots.SlotValues | None = None) -> list[str]:
    """The same for the texts of a version."""
    values = values or slots.SlotValues()
    return [
        f"{text.get_language_display()}: {fault}"
        for text in texts
        for fault in [
            *faults_of_text(text.question, text.language, values),
            *faults_of_text(text.answer, text.language, values),
        ]
    ]


def faults_of_entries(entries: Sequence[FaqEntry]) -> list[EntryFault]:
    """All faults of entries that are shown, also languages they have no text in.

    The entries come with `version__texts` prefetched.
    """
    values, faults = slots.SlotValues(), []
    for entry in entries:
        if entry.version is None:
            continue
        texts = {text.language: text for text in entry.version.texts.all()}
        for language in HelpLanguage.values:
            if language not in texts:
                faults.append(EntryFault(entry, language, "There is no text in this language."))
                continue
            for part in (texts[language].question, texts[language].answer):
                faults.extend(
                    EntryFault(entry, language, says)
                    for says in faults_of_text(part, language, values)
                )
    return faults


def check_faq(*, at: datetime) -> list[EntryFault]:
    """Raise an alarm that names every fault of what is shown, or clear it."""
    faults = faults_of_entries(list(queries.entries_to_check()))
    if faults:
        alarms.raise_alarm(ALARM, "; ".join(map(str, faults)), at=at)
    else:
        alarms.clear_alarm(ALARM)
    return faults


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """The entries with faults, as a queue of support."""
    faults = faults_of_entries(list(queries.entries_to_check()))
    url = reverse("admin:chatbot_faqentry_faults")
    count = len({fault.entry.pk for fault in faults})
    return [WorkQueue("FAQ answers with faults", count, None, url, "Support")]
