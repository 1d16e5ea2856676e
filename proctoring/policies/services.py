"""Publishing of monitoring policies, and the one in force."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.errors import Refusal
from proctoring.models import MonitoringPolicy
from proctoring.policies.defaults import default_rules
from proctoring.policies.rules import PolicyInvalid, Rules, read_rules


class PolicyUnreadable(Refusal):
    """The rules cannot be used."""

    code = "policy_invalid"
    message = "These rules cannot be used."
    status = 422


@transaction.atomic
def publish_policy(
    *, rules: dict[str, Any], note: str, by: User | None, at: datetime
) -> MonitoringPolicy:
    """Publish a version. Sittings that begin from now on keep it; running ones keep theirs."""
    try:
        read_rules(rules)
    except PolicyInvalid as error:
        raise PolicyUnreadable(str(error)) from error
    newest = MonitoringPolicy.objects.order_by("-number").select_for_update().first()
    policy = MonitoringPolicy.objects.create(
        number=(newest.number if newest else 0) + 1,
        rules=rules,
        note=note.strip()[:300],
        published_at=at,
        published_by=by,
    )
    audit.record_event(by=by, action="policy.published", on=policy, at=at)
    return policy


def policy_in_force() -> MonitoringPolicy | None:
    """The newest version; None before a site has its reference data."""
    return MonitoringPolicy.objects.order_by("-number").first()


def rules_of(policy: MonitoringPolicy | None) -> Rules:
    """The rules of a version. A version never changes, so they are read once a process.

    Sittings that began before there were versions have the first rules.
    """
    return _rules_of(str(policy.pk)) if policy else _first_rules()


@lru_cache(maxsize=32)
def _rules_of(pk: str) -> Rules:
    return read_rules(MonitoringPolicy.objects.get(pk=pk).rules)


@lru_cache(maxsize=1)
def _first_rules() -> Rules:
    return read_rules(default_rules())
