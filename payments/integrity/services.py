"""Check the money nightly and on demand. One broken invariant stops all sending."""

from datetime import datetime

from accounts.models import User
from accounts.security import audit
from hitouch.core.monitoring import alarms
from payments.integrity import invariants
from payments.models import MoneyCheck
from payments.payouts import switch

ALARM = "payments.money"


def run_check(*, at: datetime, by: User | None = None) -> MoneyCheck:
    """Check every invariant and keep the result; a broken one raises an alarm and stops sending."""
    violations = invariants.check_money()
    check = MoneyCheck.objects.create(
        at=at,
        is_clean=not violations,
        broken=[
            {"name": row.name, "count": row.count, "examples": list(row.examples)}
            for row in violations
        ],
    )
    if violations:
        names = ", ".join(row.name for row in violations)
        alarms.raise_alarm(ALARM, f"Broken: {names}", at=at)
        switch.stop_sending(reason=f"The check of the money found: {names}"[:300], at=at)
    else:
        alarms.clear_alarm(ALARM)
    if by is not None:
        audit.record_event(by=by, action="money.checked", on=check, at=at)
    return check
