"""The demo seed, and the admin of gigs."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_staff, make_user, sign_in
from gigs import seeding
from gigs.engagements import projects
from gigs.models import Client, Opportunity, Slot
from gigs.shifts import services as shift_services
from gigs.tests.support.marketplace import DAY, HOUR, hire, seat
from tests.support.funding import fund


def test_the_seed_is_harmless_twice(db: None):
    """A second run at the same moment adds nothing."""
    owner = make_user("Orchid")
    for _ in range(2):
        seeding.seed(NOON, owner=owner, fund=fund)
        counts = (Client.objects.count(), Opportunity.objects.count(), Slot.objects.count())
        assert counts == (1, 5, counts[2])
    first = Slot.objects.count()
    seeding.seed(NOON + DAY, owner=owner, fund=fund)
    assert Slot.objects.count() > first


@pytest.mark.parametrize("later", [timedelta(0), 5 * HOUR, DAY, 40 * DAY])
def test_a_newcomer_can_begin_at_once(later: Any, db: None, asha: Any):
    """Whenever the seed has run there is a slot to clock in to."""
    now = NOON + later
    owner = make_user("Orchid")
    seeding.seed(NOON, owner=owner, fund=fund)
    seeding.seed(now, owner=owner, fund=fund)
    offer = Opportunity.objects.open_at(now).get(title=seeding.FIRST_SHIFT, minimum_level="A2")
    hire(asha, offer, at=now)
    slot = offer.slots.filter(starts_at__lte=now, ends_at__gt=now).get()
    shift_services.clock_in(claim=seat(asha, slot, at=now), by=asha.user, at=now)


def test_the_seed_goes_on_after_its_project_was_ended(db: None):
    """Who tries the demo may end everything in it; the next start has open work again."""
    owner = make_user("Orchid")
    client = seeding.seed(NOON, owner=owner, fund=fund)
    projects.cancel_project(project=client.projects.get(), why="Over", by=owner, at=NOON)
    seeding.seed(NOON + HOUR, owner=owner, fund=fund)
    assert Opportunity.objects.open_at(NOON + HOUR).count() == 5
    assert client.projects.count() == 2


def test_a_client_is_made_in_the_admin(meera: Any):
    """With its first member, and the audit record knows who made them."""
    meera.is_superuser = True
    meera.save()
    person = make_user("Lena")
    form = {
        "name": "Lotus Books",
        "about": "",
        "members-TOTAL_FORMS": "1",
        "members-INITIAL_FORMS": "0",
        "members-0-user": str(person.pk),
        "members-0-role": "OWNER",
    }
    answer = sign_in(Browser(), meera).post(reverse("admin:gigs_client_add"), form)
    assert answer.status_code == 302
    assert person.memberships.get().client.name == "Lotus Books"
    assert AuditEvent.objects.get(action="member.saved").by == meera


def viewing_staff(name: str, *roles: str) -> Any:
    person = make_staff(name, *roles)
    codes = ["view_opportunity", "view_work", "view_gig", "view_claim"]
    person.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return person


def test_admin_actions_call_the_services(opportunity: Any):
    """Operations may close for a client; who only looks may not; nobody edits states."""
    form = {"action": "close_for_the_client", "_selected_action": [str(opportunity.pk)]}
    form |= {"confirmed": "1", "reason": "Asked by phone."}
    url = reverse("admin:gigs_opportunity_changelist")
    sign_in(Browser(), viewing_staff("Omar")).post(url, form)
    opportunity.refresh_from_db()
    assert opportunity.state == "OPEN"
    sign_in(Browser(), viewing_staff("Oona", "operations")).post(url, form)
    opportunity.refresh_from_db()
    assert opportunity.state == "CLOSED"


@pytest.mark.parametrize("model", ["project", "opportunity", "application", "gig", "slot"])
def test_admin_lists_open(model: str, meera: Any, opportunity: Any, asha: Any):
    """Staff can look at the rows, and change none by hand."""
    meera.is_superuser = True
    meera.save()
    hire(asha, opportunity)
    staff = sign_in(Browser(), meera)
    assert staff.get(reverse(f"admin:gigs_{model}_changelist")).status_code == 200
    assert staff.get(reverse(f"admin:gigs_{model}_add")).status_code == 403
