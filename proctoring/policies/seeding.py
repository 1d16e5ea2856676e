"""The first monitoring policy of a site. Idempotent."""

from datetime import datetime

from proctoring.policies import services
from proctoring.policies.defaults import default_rules


def seed(now: datetime) -> None:
    """Publish the first version. Later ones are published by people."""
    if services.policy_in_force() is None:
        services.publish_policy(rules=default_rules(), note="First version", by=None, at=now)
