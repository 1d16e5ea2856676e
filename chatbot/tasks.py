"""Celery tasks of Help: what becomes due by time, and the figures of each day. Idempotent."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from chatbot import maintenance
from chatbot.analytics import language_alarm, services, unanswered
from chatbot.conversations import lifecycle
from chatbot.desk import hours
from chatbot.faq import checks
from chatbot.matching import services as matching
from hitouch.core import sweeps

schedule = {
    "chatbot.sweep": {"task": "chatbot.tasks.sweep", "schedule": 60.0},
    "chatbot.answer_late": {
        "task": "chatbot.tasks.answer_late",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "chatbot.end_conversations": {"task": "chatbot.tasks.end_conversations", "schedule": 600.0},
    "chatbot.encode_phrasings": {"task": "chatbot.tasks.encode_phrasings", "schedule": 60.0},
    # 04:45 in India.
    "chatbot.add_public_holidays": {
        "task": "chatbot.tasks.add_public_holidays",
        "schedule": crontab(hour=23, minute=15),
    },
    # 01:10 in India, when the day before is over.
    "chatbot.compute_figures": {
        "task": "chatbot.tasks.compute_figures",
        "schedule": crontab(hour=19, minute=40),
    },
    # Today's figures so far.
    "chatbot.compute_today": {
        "task": "chatbot.tasks.compute_today",
        "schedule": crontab(minute=25),
    },
    # 05:05 in India.
    "chatbot.check_faq": {
        "task": "chatbot.tasks.check_faq",
        "schedule": crontab(hour=23, minute=35),
    },
}


@shared_task
def sweep(**kwargs: object) -> None:
    """Return tickets of members who left, escalate, pass on what was not opened, assign."""
    maintenance.sweep(at=timezone.now())


@shared_task
def answer_late(**kwargs: object) -> None:
    """Answer questions whose process was killed before it had the answer."""
    sweeps.run(lifecycle.ANSWER_LATE, now=timezone.now())


@shared_task
def end_conversations(**kwargs: object) -> None:
    """Close idle conversations, and anonymise those whose texts are kept no longer."""
    now = timezone.now()
    sweeps.run(lifecycle.CLOSE_IDLE, now=now)
    sweeps.run(lifecycle.ANONYMISE, now=now)


@shared_task
def add_public_holidays(**kwargs: object) -> None:
    """Add next year's public holidays to the calendar of support, from October on."""
    hours.add_public_holidays(at=timezone.now())


@shared_task
def compute_figures(**kwargs: object) -> None:
    """Compute the days that may have changed, compare languages, group unanswered questions."""
    now = timezone.now()
    services.refresh_figures(now=now)
    language_alarm.check_languages(now=now)
    unanswered.group_unanswered(now=now)


@shared_task
def compute_today(**kwargs: object) -> None:
    """Compute yesterday and today again."""
    services.compute_today(now=timezone.now())


@shared_task
def check_faq(**kwargs: object) -> None:
    """Name broken slots, links to no page and missing languages of the FAQ in an alarm."""
    checks.check_faq(at=timezone.now())


@shared_task(soft_time_limit=90, time_limit=100)
def encode_phrasings(**kwargs: object) -> None:
    """Encode new phrasings and answers (after each change, and as a sweep)."""
    matching.encode_missing(timezone.now())
