"""The lease of a sitting: who gets it, keeps it, loses it, and what counts as a second page."""

from datetime import timedelta
from uuid import uuid4

import pytest

from conftest import NOON
from proctoring.leases import queries, services
from proctoring.leases.refusals import (
    ConnectionEnded,
    NothingToMonitor,
    NotMonitored,
    TooManyConnections,
)
from proctoring.models import ConnectionTicket, MonitoringConnection
from proctoring.tests.support.cast import make_sitting

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
State = MonitoringConnection.State


@pytest.fixture
def sitting(asha, assessment):
    """A sitting in progress that no connection monitors."""
    return make_sitting(asha, "IN_PROGRESS", monitored=False)


def connect(sitting, at=NOON, device=None, **facts):
    return services.connect(
        sitting=sitting, device=device or uuid4(), client="PAGE", facts={}, at=at, **facts
    )


def prove(connection, at=NOON):
    return services.prove(connection=connection, camera=True, sound=True, at=at)


def test_no_connection_no_lease(sitting):
    """A sitting that nothing is connected to is not monitored."""
    assert not queries.holds_lease(sitting, NOON)
    with pytest.raises(NotMonitored):
        queries.require_lease(sitting, NOON)


def test_a_socket_alone_has_no_lease(sitting):
    """A connection holds the lease when camera and sound are proven, not before."""
    page = connect(sitting)
    assert queries.needs(page) == ["camera", "sound"]
    assert not queries.holds_lease(sitting, NOON)
    assert not services.prove(connection=page, camera=True, at=NOON).held
    assert not services.prove(connection=page, sound=False, at=NOON).held
    change = services.prove(connection=page, sound=True, at=NOON)
    assert (change.held, change.gained, change.is_takeover) == (True, True, False)
    assert queries.holds_lease(sitting, NOON)


def test_proof_that_fails_later_takes_the_lease_away(sitting):
    """A camera that does not pass any more ends the lease until it passes again."""
    page = connect(sitting)
    prove(page)
    assert not services.prove(connection=page, camera=False, at=NOON).held
    assert not queries.holds_lease(sitting, NOON)
    change = services.prove(connection=page, camera=True, at=NOON)
    assert change.gained
    assert not change.is_takeover


@pytest.mark.parametrize(
    ("waives", "needed"),
    [(["CAMERA"], ["sound"]), (["MICROPHONE"], ["camera"]), (["CAMERA", "MICROPHONE"], [])],
)
def test_a_waived_proof_is_not_needed(sitting, waives, needed):
    """An accommodation lifts one proof, and no other."""
    sitting.waives = waives
    sitting.save()
    page = connect(sitting)
    assert queries.needs(page) == needed
    change = services.prove(connection=page, at=NOON, **dict.fromkeys(needed, True))
    assert change.held


@pytest.mark.parametrize(("seconds", "held"), [(14, True), (15, False), (60, False)])
def test_silence_ends_the_lease(sitting, seconds, held):
    """The lease is valid while its connection is heard of, and not after 15 seconds."""
    prove(connect(sitting))
    assert queries.holds_lease(sitting, NOON + seconds * SECOND) is held


def test_beats_keep_the_lease(sitting):
    """Each beat of an open connection prolongs the lease; one after the loss does not."""
    page = connect(sitting)
    prove(page)
    for seconds in (10, 20, 30):
        assert services.hear(beats={page.pk: NOON + seconds * SECOND}) == services.Heard()
    assert queries.holds_lease(sitting, NOON + 44 * SECOND)
    late = NOON + 46 * SECOND
    assert [each.pk for each in services.hear(beats={page.pk: late}).ended] == [page.pk]
    assert not queries.holds_lease(sitting, late)
    with pytest.raises(ConnectionEnded):
        prove(page, late)


def test_silent_connections_are_marked_lost_once(sitting):
    """The sweep returns each silent connection once, with when it was heard of last."""
    page = connect(sitting)
    prove(page)
    assert services.lose_silent(at=NOON + 14 * SECOND) == []
    [lost] = services.lose_silent(at=NOON + 16 * SECOND)
    assert (lost.pk, lost.state, lost.last_beat_at) == (page.pk, State.LOST, NOON)
    assert services.lose_silent(at=NOON + 20 * SECOND) == []


@pytest.mark.parametrize("end", ["closed", "broken", "silent"])
def test_reload_is_no_second_page(sitting, end):
    """The same device connects again after its page was closed, broke off or fell silent."""
    device = uuid4()
    first = connect(sitting, device=device)
    prove(first)
    at = NOON + 20 * SECOND
    if end != "silent":
        at = NOON + 2 * SECOND
        assert services.release(connection=first, at=at, lost=end == "broken")
        assert not queries.holds_lease(sitting, at)
    change = prove(connect(sitting, at, device), at)
    assert (change.gained, change.is_takeover, change.since) == (True, False, NOON)


def test_another_device_is_a_second_page_however_the_first_ended(sitting):
    """A polite close of the first page does not hide that another page goes on."""
    first = connect(sitting)
    prove(first)
    services.release(connection=first, at=NOON)
    assert prove(connect(sitting, NOON), NOON).is_takeover


@pytest.mark.parametrize("same", [True, False])
def test_second_live_page_takes_over_and_is_seen(sitting, same):
    """A second live page, also with a copied device id, is a takeover; one holds the lease."""
    device = uuid4()
    first = connect(sitting, device=device)
    prove(first)
    at = NOON + 5 * SECOND
    second = connect(sitting, at, device if same else None)
    change = prove(second, at)
    assert change.is_takeover
    assert change.replaced == first
    first.refresh_from_db()
    assert first.state == State.REPLACED
    assert queries.holder(sitting, at) == second


def test_page_that_names_its_lost_connection_is_no_second_page(sitting):
    """The server has not noticed the loss yet; what the network still delivers comes at once."""
    device = uuid4()
    first = connect(sitting, device=device)
    prove(first)
    at = NOON + 7 * SECOND
    second = connect(sitting, at, device, previous=first.pk)
    assert not prove(second, at + 2 * SECOND).is_takeover
    for _ in range(3):
        late = services.hear(beats={first.pk: at + 3 * SECOND})
        assert late.second_pages == []


def test_page_that_lies_about_its_lost_connection_is_seen(sitting):
    """If the connection that was said to be lost goes on, there are two pages; told once."""
    device = uuid4()
    first = connect(sitting, device=device)
    prove(first)
    at = NOON + 5 * SECOND
    second = connect(sitting, at, device, previous=first.pk)
    prove(second, at)
    beats = [services.hear(beats={first.pk: at + 5 * n * SECOND}) for n in range(1, 5)]
    assert [[row.pk for row in each.second_pages] for each in beats] == [[], [first.pk], [], []]
    assert queries.holder(sitting, at) == second


def test_replaced_page_is_told(sitting, django_capture_on_commit_callbacks, monkeypatch):
    """The sitting's group hears which connection lost the lease."""
    sent = []
    monkeypatch.setattr(
        "hitouch.core.web.sockets._send", lambda group, message: sent.append((group, message))
    )
    first = connect(sitting)
    prove(first)
    with django_capture_on_commit_callbacks(execute=True):
        prove(connect(sitting))
    assert sent == [
        (f"sitting-{sitting.pk}", {"type": "lease.replaced", "connection": str(first.pk)})
    ]


def test_connections_are_bounded(sitting):
    """Sixty sockets on one sitting are too many; those that fell silent do not count."""
    for _ in range(services.MAX_CONNECTIONS):
        connect(sitting)
    with pytest.raises(TooManyConnections):
        connect(sitting)
    connect(sitting, NOON + 15 * SECOND)


def test_nothing_connects_to_a_sitting_that_is_not_in_progress(ravi, assessment):
    """Before the beginning and after the end there is nothing to monitor."""
    with pytest.raises(NothingToMonitor):
        connect(make_sitting(ravi, "READY"))


def test_facts_are_bounded(sitting):
    """Only known facts of a fitting type and length are kept."""
    facts = {
        "browser": "Chr\x00ome\ud800" + "x" * 500,
        "network": 7,
        "luminance": float("nan"),
        "device_class": ["laptop"],
        "more": {"a": 1},
    }
    row = services.connect(sitting=sitting, device=uuid4(), client="PAGE", facts=facts, at=NOON)
    assert row.facts == {"browser": ("Chrome" + "x" * 500)[: services.MAX_FACT_CHARS]}
    odd = {"luminance": 10**400}
    assert (
        services.connect(sitting=sitting, device=uuid4(), client="PAGE", facts=odd, at=NOON).facts
        == {}
    )


def test_ticket_is_used_once_within_a_minute(sitting, ravi):
    """A ticket is of one sitting, works once and for a minute, and is stored as a digest."""
    ticket = services.issue_ticket(sitting=sitting, at=NOON)
    assert ticket not in str(list(ConnectionTicket.objects.values()))
    other = make_sitting(ravi, "IN_PROGRESS")
    assert not services.use_ticket(sitting=other, ticket=ticket, at=NOON)
    assert not services.use_ticket(sitting=sitting, ticket="", at=NOON)
    assert not services.use_ticket(sitting=sitting, ticket=f"{ticket}x\ud800", at=NOON)
    assert services.use_ticket(sitting=sitting, ticket=ticket, at=NOON + 59 * SECOND)
    assert not services.use_ticket(sitting=sitting, ticket=ticket, at=NOON + 59 * SECOND)
    late = services.issue_ticket(sitting=sitting, at=NOON)
    assert not services.use_ticket(sitting=sitting, ticket=late, at=NOON + 60 * SECOND)
