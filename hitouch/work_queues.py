"""Work queues of staff, collected from all apps."""

from datetime import datetime

from accounts import queries as accounts
from chatbot.custom_questions import queries as custom_questions
from chatbot.desk import queries as chatbot
from chatbot.faq import checks as faq
from gigs.workspace import queries as gigs
from hitouch.core.monitoring import alarms
from hitouch.core.web.queues import WorkQueue
from onboarding import queries as onboarding
from payments.billing import queries as billing
from payments.earnings import queries as earnings
from payments.funding import queries as funding
from payments.liabilities import queries as liabilities
from payments.payouts import queries as payouts
from payments.rates import queries as rates
from payments.reconciliation import queries as reconciliation
from payments.udyam import queries as udyam
from proctoring import queries as proctoring

APPS = (
    alarms, accounts, onboarding, proctoring, gigs, funding, payouts, earnings, reconciliation,
    rates, liabilities, udyam, billing, chatbot, custom_questions, faq,
)  # fmt: skip


def all_work_queues(*, now: datetime) -> list[WorkQueue]:
    """All queues that are not empty, the one with the oldest item first."""
    queues = [queue for app in APPS for queue in app.work_queues(now=now) if queue.count]
    return sorted(queues, key=lambda queue: (queue.oldest_at is None, queue.oldest_at or now))
