"""What onboarding asks of an agent: the open step, and an account to pay to."""

from django.urls import reverse

from hitouch.core.steps import Step
from onboarding.dashboard import DashboardRequest, ToDo, Urgency


def open_step(step: Step | None) -> ToDo | None:
    """The open step; when it waits for a colleague, that is said."""
    if step is None:
        return None
    action = "View status" if step.waits else "Continue"
    return ToDo(step.key, Urgency.STEP, step.title, step.hint, action, step.url)


def account(visit: DashboardRequest, step: Step | None) -> ToDo | None:
    """No account is needed before the first payment, but its test and its wait take a day."""
    url, standing = reverse("onboarding:bank-account"), visit.account
    if standing is None and step and not step.waits:
        return None
    if standing is None:
        text = "We need it before your first payment. Verification takes about a day."
        title = "Add your bank account"
        return ToDo("bank_account", Urgency.PREPARE, title, text, "Add bank account", url)
    if standing.tone != "bad":
        return None
    title = (
        "Your payments are on hold" if standing.freeze else "We couldn't verify your bank account"
    )
    return ToDo("bank_account", Urgency.MONEY, title, standing.sentence, "View", url, "bad")
