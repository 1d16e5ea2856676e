"""Lists ask the database the same number of times, however long they are."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import make_agent
from proctoring.tests.support.cast import graded, invited, sitting_at


def count(client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


STAFF_LISTS = ("/api/v1/staff/sittings/", "/proctor/", "/proctor/rows/")


def test_staff_lists_do_not_ask_more_for_more_rows(assessment, proctor, signed_in, live_clock):
    """One row or four: the same queries on every list."""
    client = signed_in(proctor)
    for address in STAFF_LISTS:
        client.get(address)

    def add(number: int) -> None:
        graded(make_agent(f"Graded{number}"), at=live_clock)
        sitting_at(make_agent(f"Live{number}"), "IN_PROGRESS", live_clock)

    add(0)
    one = [count(client, address) for address in STAFF_LISTS]
    for number in range(1, 4):
        add(number)
    assert [count(client, address) for address in STAFF_LISTS] == one


def test_invitations_do_not_ask_more_for_more_rows(asha, assessment, signed_in, live_clock):
    """Nor does the agent's own list."""
    client = signed_in(asha.user)
    client.get("/api/v1/invitations/")
    invitation = invited(asha, assessment, live_clock)
    one = count(client, "/api/v1/invitations/")
    invitation.pk = None
    for _ in range(3):
        type(invitation).objects.create(
            agent=asha, assessment=assessment, why="GIG", until=invitation.until
        )
    assert count(client, "/api/v1/invitations/") == one


def test_list_is_filtered_by_state(asha, ravi, assessment, proctor, signed_in, live_clock):
    """Those to look at are asked for by their state."""
    sitting = graded(asha, at=live_clock)
    sitting_at(ravi, "CREATED", live_clock)
    told = signed_in(proctor).get("/api/v1/staff/sittings/?state=GRADED").json()["data"]
    assert [row["id"] for row in told] == [str(sitting.pk)]


def test_question_page_does_not_ask_for_each_question(asha, assessment, signed_in, live_clock):
    """Eight questions with their answers come in a handful of queries."""
    sitting = sitting_at(asha, "IN_PROGRESS", live_clock)
    client = signed_in(asha.user)
    client.get("/assessment/")
    assert count(client, f"/api/v1/sittings/{sitting.pk}/questions/") <= 14
