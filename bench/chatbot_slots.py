"""Answers of the FAQ after a rule changes: how many still have the old number, and after how long.

Each figure that a slot names is changed where its rule stands (a setting, a constant, a row), in
turn; right after it every answer that names the slot is read in three languages, by a thread that
has read them before. An answer counts as old while its text is the one from before the change, or
does not hold the new number. In turn with it the same is done to a cache of a minute, which has to
be caught: a measurement that finds nothing old there would find nothing anywhere.
"""

import importlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from _harness import report
from _own_database import own_database

#: Slot, and where its rule stands: a setting, or a module and an attribute with its unit.
SETTINGS = {
    "resend_seconds": "HITOUCH_CODE_COOLDOWN_SECONDS",
    "codes_an_hour": "HITOUCH_CODES_PER_CONTACT_AN_HOUR",
    "closing_days": "HITOUCH_CLOSING_DAYS",
    "review_hours": "HITOUCH_REVIEW_HOURS",
    "account_changes_a_day": "HITOUCH_ACCOUNT_TESTS_A_DAY",
    "account_wait": "HITOUCH_ACCOUNT_COOLING_HOURS",
    "assessment_attempts": "HITOUCH_ASSESSMENT_ATTEMPTS",
    "assessment_attempt_days": "HITOUCH_ASSESSMENT_ATTEMPT_DAYS",
    "result_review_hours": "HITOUCH_RESULT_REVIEW_HOURS",
    "appeal_days": "HITOUCH_APPEAL_DAYS",
}
CONSTANTS = {
    "code_digits": ("accounts.one_time_codes.fields", "CODE_DIGITS", 1),
    "adult_age": ("accounts.agents", "ADULT_AGE", 1),
    "identity_tries": ("proctoring.conf", "MAX_TRIES", 1),
    "free_release_hours": ("gigs.models.slots", "FREE_RELEASE", timedelta(hours=1)),
    "release_undo_minutes": ("gigs.models.slots", "UNDO_WITHIN", timedelta(minutes=1)),
    "clock_in_minutes": ("gigs.models.slots", "CLOCK_IN_EARLY", timedelta(minutes=1)),
    "swap_hours": ("gigs.models.slots", "SWAP_UNTIL", timedelta(hours=1)),
    "shift_hours_a_day": ("gigs.slots.seating", "HOURS_A_DAY", 1),
    "shift_hours_a_week": ("gigs.slots.seating", "HOURS_A_WEEK", 1),
    "approval_days": ("gigs.models.work", "AUTO_APPROVAL_AFTER", timedelta(days=1)),
    "correction_days": ("gigs.shifts.corrections", "CORRECT_WITHIN", timedelta(days=1)),
    "application_days": ("gigs.models.opportunities", "DECIDE_WITHIN", timedelta(days=1)),
    "dispute_open_days": ("gigs.disputes.subjects", "OPEN_WITHIN", timedelta(days=1)),
    "rating_days": ("gigs.ratings.services", "RATE_WITHIN", timedelta(days=1)),
}
LANGUAGES = ("EN", "HI", "HINGLISH")
NEW = 7713
WITHIN_SECONDS = 1.0


@contextmanager
def changed(holder: Any, name: str, value: Any) -> Iterator[None]:
    """Another value for a moment."""
    before = getattr(holder, name)
    setattr(holder, name, value)
    try:
        yield
    finally:
        setattr(holder, name, before)


def changes() -> Iterator[tuple[str, Any, str, Any]]:
    """Slot, and what to set to what."""
    settings = importlib.import_module("django.conf").settings
    for slot, name in SETTINGS.items():
        yield slot, settings, name, NEW
    for slot, (module, name, unit) in CONSTANTS.items():
        yield slot, importlib.import_module(module), name, NEW * unit


Named = set[tuple[str, str]]
Texts = dict[tuple[str, str], str]


def texts(named: Named) -> Texts:
    """Answers as the assistant reads them, by key and language."""
    queries = importlib.import_module("chatbot.faq.queries")
    entries = importlib.import_module("chatbot.models").FaqEntry.objects
    ids = list(entries.filter(key__in={key for key, _ in named}).values_list("pk", flat=True))
    return {
        (answer.key, language): answer.text
        for language in LANGUAGES
        for answer in queries.answers_of(ids, language=language).values()
    }


def naming(slot: str) -> Named:
    """The answers whose written text names the slot, read from the rows."""
    models = importlib.import_module("chatbot.models")
    rows = models.FaqText.objects.filter(
        version__state="PUBLISHED", answer__contains=f"{{{{ {slot} }}}}"
    )
    return set(rows.values_list("version__entry__key", "language"))


def old_answers(read: Callable[[Named], Texts], pool: ThreadPoolExecutor) -> tuple[int, int, float]:
    """Old answers after each change, answers looked at, and the longest time until all are new."""
    old, seen, longest = 0, 0, 0.0
    for slot, holder, name, value in changes():
        named = naming(slot)
        if not named:
            raise LookupError(f"no answer names {slot}")
        before = pool.submit(read, named).result()
        with changed(holder, name, value):
            began = time.monotonic()
            after = pool.submit(read, named).result()
            longest = max(longest, time.monotonic() - began)
            old += sum(after[key] == before[key] or str(NEW) not in after[key] for key in named)
            seen += len(named)
    return old, seen, longest


def cached(seconds: float) -> Callable[[Named], Texts]:
    """The control: the same texts through a cache."""
    kept: dict[tuple[str, str], tuple[float, str]] = {}

    def read(named: Named) -> Texts:
        now = time.monotonic()
        if any(key not in kept or now - kept[key][0] > seconds for key in named):
            kept.update({key: (now, text) for key, text in texts(named).items()})
        return {key: kept[key][1] for key in named}

    return read


def seed() -> None:
    """The FAQ, the rates and an assessment in use."""
    now = importlib.import_module("django.utils.timezone").now()
    importlib.import_module("payments.seeding").seed(now)
    models = importlib.import_module("proctoring.models")
    made = models.Assessment.objects.create(
        code="english", version=1, title="English", kind="LANGUAGE", pass_level="A2"
    )
    made.sections.create(
        position=1, name="Reading", kind="READING_MCQ", instructions="Read.", minutes=11, draw=2
    )
    models.Assessment.objects.filter(pk=made.pk).update(state="ACTIVE")
    importlib.import_module("chatbot.seeding").seed(now)


def measure() -> dict[str, tuple[float, float]]:
    """Old answers, against the control, and the time."""
    with ThreadPoolExecutor(1) as pool:
        old, seen, longest = old_answers(texts, pool)
        control, _, _ = old_answers(cached(60), pool)
    slots = len(SETTINGS) + len(CONSTANTS)
    print(f"{slots} rules changed, {seen} answers looked at: {old} old, {longest:.2f} s at most")
    print(f"control with a cache of a minute: {control} of {seen} old")
    if not control:
        raise RuntimeError("the control found nothing")
    return {
        "answers with the old number": (old, 0),
        "until all are new, s": (round(longest, 2), WITHIN_SECONDS),
    }


if __name__ == "__main__":
    with own_database():
        seed()
        report(measure())
