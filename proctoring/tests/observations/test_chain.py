"""The hash chain of observations, in both versions."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from conftest import NOON
from hitouch.core.data_protection.privacy import without_immutability_triggers
from proctoring.models import Observation, Ruling
from proctoring.observations import chain, services
from proctoring.observations.queries import first_break
from proctoring.observations.services import Fact
from proctoring.tests.support.cast import make_sitting


def make_copied(**changes):
    """An observation that was a monitoring event."""
    legacy = {"browser_id": str(uuid.UUID(int=2)), "severity": "LOW", "standing": "WARNED"}
    facts = {
        "sitting_id": uuid.UUID(int=1), "number": 1, "origin": "BROWSER", "kind": "TAB_HIDDEN",
        "client_at": NOON, "received_at": NOON + timedelta(seconds=1), "hash_version": 1,
        "data": {"seconds": 4, "a": "é"}, "legacy": legacy | {"points": 2},
    }  # fmt: skip
    return Observation(**facts | changes)


def test_digest_of_copied_rows_is_stable():
    """The digest of version 1 must not change: existing chains were made with it."""
    expected = "5e3fec9c5340c7d7598c82ca227a5a422411d41fb6a6fb9898863c2aace8b498"
    assert chain.digest(make_copied()) == expected
    assert chain.digest(make_copied(legacy=make_copied().legacy | {"points": 0})) != expected


def test_copied_rows_may_state_their_moment_in_indian_time():
    """Events of the API were hashed with the moment in the zone of the site."""
    there = make_copied(client_at=NOON.astimezone(ZoneInfo("Asia/Kolkata")))
    row = make_copied()
    row.hash = list(chain._digests_of_version_1(there))[1]
    assert chain.first_break([row]) is None
    row.data = {}
    assert chain.first_break([row]) == 1


def test_digest_of_observations_is_stable():
    """The digest of version 2 must not change: existing chains were made with it."""
    row = Observation(
        sitting_id=uuid.UUID(int=1), number=2, origin="BROWSER", device=uuid.UUID(int=3),
        sequence=7, kind="COPY", count=2, client_at=NOON, received_at=NOON, data={"a": "é", "b": 1},
        previous_hash="0" * 64, hash_version=2,
    )  # fmt: skip
    expected = "5dbb60a50528b8b8f9871db978ad81853d839fbe6a0eb047eae764834cd14f23"
    assert chain.digest(row) == expected


@pytest.mark.django_db
def test_change_of_a_row_is_found(asha, assessment):
    """A row that somebody changed, or took away from the end, breaks the chain at its number."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    facts = [Fact("SECTION_CHANGED", data={"position": n}) for n in range(3)]
    services.append(sitting=sitting, facts=facts, at=NOON)
    services.append(sitting=sitting, facts=[Fact("NETWORK_BACK")], at=NOON)
    assert first_break(sitting) is None
    with without_immutability_triggers(Ruling, Observation):
        sitting.observations.filter(number=4).delete()
        assert first_break(sitting) == 4
        sitting.observations.filter(number=2).update(data={})
    assert first_break(sitting) == 2
