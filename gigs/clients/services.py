"""Projects of a client."""

from datetime import date, datetime

from django.db import transaction

from gigs import horizon
from gigs.models import Client, Project
from hitouch.core.errors import Refusal


class BudgetNotPositive(Refusal):
    """The budget is not above zero."""

    code = "budget_not_positive"
    message = "Enter a budget above zero."


@transaction.atomic
def create_project(
    *,
    client: Client,
    title: str,
    budget_paise: int,
    now: datetime,
    description: str = "",
    department: str = "",
    due_on: date | None = None,
) -> Project:
    """Create a project with a budget."""
    if budget_paise <= 0:
        raise BudgetNotPositive
    if due_on is not None:
        horizon.check_due_on(due_on, now=now)
    return Project.objects.create(
        client=client,
        title=title,
        description=description,
        department=department,
        budget_paise=budget_paise,
        due_on=due_on,
    )
