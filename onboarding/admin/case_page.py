"""What stands on the screen of one case."""

from datetime import datetime
from typing import Any

from accounts.models import User
from onboarding import forms, queries
from onboarding.models import KycAsk, KycCase, KycCheck, Purpose


def facts(case: KycCase, *, by: User, now: datetime) -> dict[str, Any]:
    """Everything about one agent's documents, for this colleague at this moment."""
    checks = list(case.checks.all())
    purpose = queries.purpose_of(case, by, now)
    return {
        "title": f"Documents of {case.agent.name}",
        "case": case,
        "agent": case.agent,
        "mine": case.is_taken_by(by, now),
        "taken": case.is_taken(now),
        "overdue": case.is_overdue(now),
        "purpose": purpose,
        "purpose_words": Purpose(purpose).label.lower() if purpose else "",
        "doubts": [check for check in checks if check.verdict != KycCheck.Verdict.PASS],
        "agreeing": [check for check in checks if check.verdict == KycCheck.Verdict.PASS],
        "others": queries.others_like(case, by),
        "events": case.events.select_related("by__agent").order_by("at"),
        "reasons": KycAsk.Reason.choices,
        "reject_form": forms.RejectForm(),
        "ask_form": forms.AskForm(documents=case.current_documents),  # type: ignore[attr-defined]
        "look_form": forms.LookForm(),
        "expire_form": forms.NewDocumentsForm(),
    }
