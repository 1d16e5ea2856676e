"""What no SQL with the site's own database role can change or forge."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gigs.applications import services as application_services
from gigs.models import Opportunity, Project
from gigs.opportunities import services as opportunity_services
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_opportunity,
    make_slot,
    owner_of,
    seat,
    work_hours,
)
from gigs.work import services as work_services
from tests.support.funding import seed_rates

REFUSED = "refused by a rule"
COUNTERS = [
    "UPDATE gigs_slot SET taken = 0",
    "UPDATE gigs_slot SET taken = 2 WHERE taken = 0",
    "INSERT INTO gigs_slot (id, created_at, updated_at, opportunity_id, starts_at, ends_at,"
    " capacity, taken) SELECT gen_random_uuid(), now(), now(), opportunity_id,"
    " starts_at + interval '9 days', ends_at + interval '9 days', 5, 5 FROM gigs_slot LIMIT 1",
    "UPDATE gigs_opportunity SET filled = 0",
    "UPDATE gigs_project SET promised_paise = 0",
]
TERMS = [
    "UPDATE gigs_opportunity SET rate_paise = 1",
    "UPDATE gigs_opportunity SET hours_each = hours_each + 1 WHERE pay_kind = 'HOURLY'",
    "UPDATE gigs_opportunity SET headcount = headcount - 1",
    "UPDATE gigs_opportunity SET headcount = headcount + 1",
    "UPDATE gigs_opportunity SET pay_kind = 'FIXED', hours_each = 0 WHERE pay_kind = 'HOURLY'",
    "UPDATE gigs_opportunity SET project_id = (SELECT id FROM gigs_project WHERE title = 'Other')",
    "UPDATE gigs_project SET client_id = %(rival)s",
    "UPDATE gigs_gig SET rate_paise = 900000",
    "UPDATE gigs_gig SET application_id = %(applied)s WHERE pay_kind = 'HOURLY'",
    "UPDATE gigs_application SET agent_id = %(ravi)s WHERE id = %(applied)s",
]
#: A copy of a row with some of its columns replaced.
FORGERIES = [
    ("gigs_claim", {"agent_id": "%(ravi)s"}),
    (
        "gigs_claim",
        {"slot_id": "%(other)s"},
    ),
    ("gigs_claim", {"slot_id": "%(later)s"}),
    ("gigs_claim", {"slot_id": "%(later)s", "during": "tstzrange(now(), now() + '1 min')"}),
    ("gigs_worksession", {"agent_id": "%(ravi)s"}),
    ("gigs_worksession", {"gig_id": "(SELECT id FROM gigs_gig WHERE pay_kind = 'FIXED')"}),
    ("gigs_worksession", {"work_id": "%(work)s"}),
    ("gigs_gig", {"application_id": "%(applied)s"}),
    ("gigs_gig", {"application_id": "%(accepted)s", "rate_paise": "90000000"}),
    ("gigs_work", {"gig_id": "(SELECT id FROM gigs_gig WHERE pay_kind = 'FIXED')"}),
]
PAID = [
    "UPDATE gigs_worksession SET ended_at = ended_at + interval '1 hour' WHERE work_id IS NOT NULL",
    "UPDATE gigs_worksession SET work_id = NULL",
    "UPDATE gigs_worksession SET work_id = %(work)s WHERE work_id IS NULL",
    "DELETE FROM gigs_worksession WHERE work_id IS NOT NULL",
    "DELETE FROM gigs_worksession WHERE work_id IS NULL",
    "DELETE FROM gigs_workreview",
    "DELETE FROM gigs_workevent; DELETE FROM gigs_work",
    "UPDATE gigs_workreview SET verdict = 'REJECTED'",
    "UPDATE gigs_workreview SET member_id = NULL",
    "UPDATE gigs_member SET client_id = %(rival)s",
    "UPDATE gigs_member SET user_id = (SELECT user_id FROM accounts_agent LIMIT 1)"
    " WHERE role = 'OWNER'",
    "UPDATE gigs_work SET gig_id = (SELECT id FROM gigs_gig WHERE pay_kind = 'FIXED')",
    "UPDATE gigs_slot SET ends_at = ends_at + interval '1 hour'",
    "DELETE FROM gigs_claim",
    "DELETE FROM gigs_gig",
]
STATES = [
    "UPDATE gigs_work SET state = 'PENDING'",
    "UPDATE gigs_claim SET state = 'HELD' WHERE state = 'WORKED'",
    "UPDATE gigs_application SET state = 'PENDING'",
    "UPDATE gigs_gig SET state = 'REWORK_NEEDED'",
    "UPDATE gigs_opportunity SET state = 'DRAFT'",
    "UPDATE gigs_project SET state = 'PLANNING'",
    "DELETE FROM gigs_opportunityevent",
    "UPDATE gigs_workevent SET by_id = NULL",
]


@pytest.fixture
def ids(orchid: Any, rival: Any, asha: Any, ravi: Any) -> dict[str, Any]:
    """Asha worked twice: the first hours are approved. Ravi has a gig at a fixed price."""
    seed_rates()
    chat = make_opportunity(orchid)
    Project.objects.create(client=orchid, title="Other", budget_paise=10_00_000_00)
    first, second, later = (make_slot(chat, start) for start in (DAY, DAY * 2, DAY * 3))
    other = make_slot(make_opportunity(orchid, title="Mail desk"), DAY * 3)
    gig = hire(asha, chat)
    work_hours(seat(asha, first), 2 * HOUR)
    work = work_services.submit_work(gig=gig, summary="Chats", by=asha.user, at=first.ends_at)
    owner = owner_of(orchid).memberships.get()
    work_services.approve_work(work=work, member=owner, at=first.ends_at)
    work_hours(seat(asha, second), 2 * HOUR)
    fixed = make_opportunity(orchid, title="Score", pay_kind="FIXED", hours_each=0)
    accepted = hire(ravi, fixed).application
    applied = application_services.apply(
        opportunity=chat, agent=cleared("Nila"), now=fixed.published_at
    )
    return {
        "ravi": ravi.pk,
        "rival": rival.pk,
        "opp": chat.pk,
        "later": later.pk,
        "other": other.pk,
        "work": work.pk,
        "applied": applied.pk,
        "accepted": accepted.pk,
    }


def refused(sql: str, facts: dict[str, Any]) -> str:
    """`REFUSED` if a rule of the database stops the statement; otherwise what happened."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, facts)
            return f"changed {cursor.rowcount} rows"
    except DatabaseError as error:
        return REFUSED if "pgtrigger" in str(error) else str(error)


def test_database_refuses_every_forged_change(ids: dict[str, Any]):
    """Counters, published terms, keys, counted time and states change only as declared."""
    verdicts = {sql: refused(sql, ids) for sql in [*COUNTERS, *TERMS, *PAID, *STATES]}
    assert {sql: said for sql, said in verdicts.items() if said != REFUSED} == {}


def test_database_refuses_rows_of_somebody_else(ids: dict[str, Any]):
    """A claim, a session, a gig and a work belong to what they point at."""
    verdicts = {sql: refused(sql, ids) for sql in (_copy_of(*each) for each in FORGERIES)}
    assert {sql: said for sql, said in verdicts.items() if said != REFUSED} == {}


def _copy_of(table: str, changes: dict[str, str]) -> str:
    """SQL that copies the newest row of a table, with other values in some columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
        )
        columns = [name for (name,) in cursor.fetchall()]
    facts = {"id": "gen_random_uuid()", **changes}
    values = ", ".join(facts.get(name, f'source."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    chosen = "pay_kind = 'HOURLY'" if "pay_kind" in columns else "true"
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} AS source"  # noqa: S608
        f" WHERE {chosen} ORDER BY created_at DESC LIMIT 1"
    )


def test_counters_follow_the_rows(orchid: Any, asha: Any):
    """What triggers count is what is there: seats, places and the most a project may cost."""
    offer = make_opportunity(orchid)
    slot = make_slot(offer)
    hire(asha, offer)
    seat(asha, slot)
    slot.refresh_from_db()
    offer.refresh_from_db()
    assert (slot.taken, offer.filled) == (1, 1)
    assert offer.project.promised_paise == 3 * offer.cost_each_paise
    opportunity_services.close(opportunity=offer, by=None, at=slot.starts_at - timedelta(hours=1))
    assert Project.objects.get().promised_paise == offer.cost_each_paise
    assert Opportunity.objects.get().state == "CLOSED"
