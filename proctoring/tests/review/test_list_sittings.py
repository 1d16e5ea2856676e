"""Lists: a constant number of queries, and the filter by state."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import make_agent
from proctoring.tests.support.cast import make_graded_sitting, make_invitation, make_sitting


def count(client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


STAFF_LISTS = ("/api/v1/staff/sittings/", "/proctor/")


def test_staff_lists_have_a_constant_number_of_queries(assessment, proctor, signed_in, live_clock):
    """The number of queries of staff lists does not grow with the rows."""
    client = signed_in(proctor)
    for address in STAFF_LISTS:
        client.get(address)

    def add(number: int) -> None:
        make_graded_sitting(make_agent(f"Graded{number}"), at=live_clock)
        make_sitting(make_agent(f"Live{number}"), "IN_PROGRESS", live_clock)

    add(0)
    one = [count(client, address) for address in STAFF_LISTS]
    for number in range(1, 4):
        add(number)
    assert [count(client, address) for address in STAFF_LISTS] == one


def test_invitations_have_a_constant_number_of_queries(asha, assessment, signed_in, live_clock):
    """The number of queries does not grow with the invitations."""
    client = signed_in(asha.user)
    client.get("/api/v1/invitations/")
    invitation = make_invitation(asha, assessment, live_clock)
    one = count(client, "/api/v1/invitations/")
    invitation.pk = None
    for _ in range(3):
        type(invitation).objects.create(
            agent=asha, assessment=assessment, why="GIG", until=invitation.until
        )
    assert count(client, "/api/v1/invitations/") == one


def test_list_can_be_filtered_by_state(asha, ravi, assessment, proctor, signed_in, live_clock):
    """`?state=` filters the list of sittings."""
    sitting = make_graded_sitting(asha, at=live_clock)
    make_sitting(ravi, "CREATED", live_clock)
    rows = signed_in(proctor).get("/api/v1/staff/sittings/?state=GRADED").json()["data"]
    assert [row["id"] for row in rows] == [str(sitting.pk)]


def test_questions_need_few_queries(asha, assessment, signed_in, live_clock):
    """Eight questions with answers need at most 14 queries."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    client = signed_in(asha.user)
    client.get("/assessment/")
    assert count(client, f"/api/v1/sittings/{sitting.pk}/questions/") <= 14
