"""What onboarding asks of an agent: the open step, and an account to pay to."""

from django.urls import reverse

from hitouch.core.steps import Step
from onboarding.dashboard import DashboardRequest, ToDo, Urgency


def open_step(step: Step | None) -> ToDo | None:
    """The open step; when it waits for a colleague, that is said."""
    if step is None:
        return None
    action = "See where it stands" if step.waits else "Go on"
    return ToDo(step.key, Urgency.STEP, step.title, step.hint, action, step.url)


def account(visit: DashboardRequest, step: Step | None) -> ToDo | None:
    """No account is needed before the first payment, but its test and its wait take a day."""
    url, standing = reverse("onboarding:bank-account"), visit.account
    if standing is None and step and not step.waits:
        return None
    if standing is None:
        text = "We need an account before the first payment. Testing it takes a day."
        title = "Say where your money goes"
        return ToDo("bank_account", Urgency.PREPARE, title, text, "Add an account", url)
    if standing.tone != "bad":
        return None
    title = "Your payments are stopped" if standing.freeze else "Your account could not be verified"
    return ToDo("bank_account", Urgency.MONEY, title, standing.sentence, "See it", url, "bad")
