"""Publishing, seeding and replay of monitoring policies."""

import io
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from conftest import NOON
from proctoring.models import MonitoringPolicy
from proctoring.policies import replay, seeding, services
from proctoring.policies.defaults import default_rules
from proctoring.policies.facts import fact_of
from proctoring.policies.rules import PolicyInvalid, read_rules

pytestmark = pytest.mark.django_db


def test_seeding_publishes_once():
    """A second run adds no version, and leaves what people published alone."""
    seeding.seed(NOON)
    count = MonitoringPolicy.objects.count()
    seeding.seed(NOON)
    assert MonitoringPolicy.objects.count() == count
    policy = services.policy_in_force()
    assert policy is not None
    assert services.rules_of(policy) == read_rules(default_rules())


def test_a_published_version_never_changes():
    """A sitting can be judged years later by the rules it began with."""
    policy = services.publish_policy(rules=default_rules(), note="Second", by=None, at=NOON)
    for change in (lambda: MonitoringPolicy.objects.update(note="x"), policy.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("grace", -1),
        ("grace", True),
        ("points_limit", 0),
        ("least_coverage", 1.1),
        ("points", {"INFO": 1, "LOW": 1, "MEDIUM": 2, "HIGH": 3, "CRITICAL": 5}),
        ("points", {"INFO": 0, "LOW": 3, "MEDIUM": 2, "HIGH": 3, "CRITICAL": 5}),
        ("kinds", {}),
        ("kinds", {"COPY": {"severity": "BAD", "message": "Text was copied."}}),
        ("kinds", {"COPY": {"severity": "LOW"}}),
        ("kinds", {"COPY": {"severity": "LOW", "message": "x", "key": "ALONE"}}),
        ("kinds", {"COPY": {"severity": "LOW", "message": "x", "waived_by": ["SLEEP"]}}),
        ("kinds", {"COPY": {"severity": "LOW", "message": "x", "waived_by": [[1]]}}),
        ("kinds", {"COPY": {"severity": "LOW", "message": "x", "lasting": {"x": "HIGH"}}}),
        ("kinds", {"COPY": {"severity": "LOW", "message": "x", "lasting": {5: "HIGH", 9: "LOW"}}}),
        ("kinds", {"COPY": {"severity": "LOW", "message": "x", "unknown": 1}}),
        ("unknown", 1),
    ],
)
def test_rules_that_cannot_be_used_are_refused(place: str, value: Any):
    """Nothing is published, and the message says where the fault is."""
    rules = {**default_rules(), place: value}
    with pytest.raises(services.PolicyUnreadable):
        services.publish_policy(rules=rules, note="", by=None, at=NOON)
    with pytest.raises(PolicyInvalid):
        read_rules(rules)


@pytest.mark.parametrize(
    "seconds", [float("nan"), float("inf"), -5, True, "30", None, [], {}, 10**30]
)
def test_odd_seconds_are_not_stated(seconds: Any):
    """Whatever a page states as seconds, the engine gets a bounded number."""
    fact = fact_of("NO_FACE", data={"seconds": seconds, "phase": 7}, count=1, at=NOON)
    assert 0 <= fact.seconds <= 24 * 3600
    assert fact.phase == ""


def test_replay_shows_what_other_rules_would_have_done():
    """Stricter rules end a sitting that its own rules let go on."""
    own = read_rules(default_rules())
    strict = read_rules({**default_rules(), "grace": 0, "points_limit": 3})
    facts = [
        fact_of("FULLSCREEN_LEFT", data={}, count=1, at=NOON + timedelta(minutes=number))
        for number in range(2)
    ]
    assert replay.replay(facts, own) == replay.Replay(warnings=2, points=0, ended_by=0)
    found = replay.replay(facts, strict)
    assert (found.points, found.ended_by) == (6, 2)


def test_commands_publish_and_replay(tmp_path: Any):
    """A file is tried out, then published as the next version; a faulty one says why."""
    seeding.seed(NOON)
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({**default_rules(), "grace": 3}))
    out = io.StringIO()
    call_command("replay_policy", str(file), stdout=out)
    assert "0 different" in out.getvalue()
    before = services.policy_in_force()
    call_command("publish_policy", str(file), note="One more warning", stdout=out)
    after = services.policy_in_force()
    assert before is not None
    assert after is not None
    assert after.number == before.number + 1
    assert services.rules_of(after).grace == 3
    file.write_text("grace: many")
    for command in (["replay_policy", str(file)], ["publish_policy", str(file), "--note=x"]):
        with pytest.raises(CommandError):
            call_command(*command)
    with pytest.raises(CommandError):
        call_command("replay_policy", "9999")


JUNK = [
    b"", b"\0", b"\xff\xfe", b"a: [", b"[]", b"a: &x [*x]", b"--- 1\n--- 2\n", b"? [1]\n: 3\n",
    b"a: 2026-99-99", b"!!python/object:os.system x", b"[" * 5000, b"kinds: {COPY: [1]}",
]  # fmt: skip


@pytest.mark.parametrize("content", JUNK)
def test_commands_name_a_file_that_holds_no_policy(tmp_path: Any, content: bytes):
    """A file of anything else is refused with a sentence, and nothing is published."""
    file = tmp_path / "policy.yaml"
    file.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("replay_policy", str(file))
    with pytest.raises(CommandError):
        call_command("publish_policy", str(file), note="x")
    assert not MonitoringPolicy.objects.exists()


@pytest.mark.parametrize("number", ["9" * 5000, "99999999999", "7", "\u00b2", "-1", "nowhere.yaml"])
def test_replay_names_a_version_that_is_not_there(number: str):
    """A number that no version has is refused with a sentence."""
    with pytest.raises(CommandError):
        call_command("replay_policy", number)
