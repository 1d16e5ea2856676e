"""Races between reviewers, the checks and several workers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from conftest import NOON, make_agent
from hitouch.core.errors import Refusal
from onboarding.kyc.checks import services as kyc_checks
from onboarding.kyc.review import referrals
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycReferral
from onboarding.tests.support import signed_documents
from onboarding.tests.support.review_desk import Desk
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)
State = KycCase.State


def compared(agent: Any) -> KycCase:
    """A submitted case of signed documents whose checks all passed."""
    signed_documents.save_aadhaar(agent)
    signed_documents.save_pan(agent)
    case = signed_documents.submit(agent)
    kyc_checks.run_checks(case=case, at=NOON)
    return case


def at_once(case: KycCase, *acts: Callable[[KycCase], Any]) -> list[bool]:
    """Run all in threads; returns which succeeded."""
    barrier = Barrier(len(acts), timeout=DEADLINE_SECONDS)

    def run(act: Callable[[KycCase], Any]) -> bool:
        mine = KycCase.objects.get(pk=case.pk)
        barrier.wait()
        try:
            return act(mine) is not None
        except Refusal:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def by_checks(case: KycCase) -> Any:
    return review.approve_by_checks(case=case, at=NOON)


def test_claim_races_with_automatic_approval(bring: Any, reviewer: User) -> None:
    """A case is either claimed by the reviewer or approved automatically."""

    def claim(case: KycCase) -> Any:
        return review.claim_case(case=case, by=reviewer, at=NOON)

    for name in ("Nila", "Kabir", "Lila"):
        case = compared(bring(make_agent(name), "profile"))
        claimed, approved = at_once(case, claim, by_checks)
        case.refresh_from_db()
        assert claimed is not approved
        assert case.state == (State.APPROVED if approved else State.IN_REVIEW)
        assert case.reviewer == (reviewer if claimed else None)


def test_parallel_workers_approve_once(bring: Any) -> None:
    """Parallel workers approve a case once."""
    case = compared(bring(make_agent("Nila"), "profile"))
    assert sorted(at_once(case, by_checks, by_checks, by_checks)) == [False, False, True]
    assert case.events.filter(became=State.APPROVED).count() == 1


def test_same_pan_is_never_approved_twice(bring: Any) -> None:
    """Two simultaneous cases with the same PAN are not both approved."""
    one = compared(bring(make_agent("Nila"), "profile"))
    number = one.documents.get(kind="PAN").number
    other = bring(make_agent("Nilu", given_name="Nila"), "profile")
    signed_documents.save_aadhaar(other, last_four="9999")
    signed_documents.save_pan(other, number=number)
    signed_documents.submit(other)
    two = KycCase.objects.get(agent=other)
    kyc_checks.run_checks(case=two, at=NOON)
    barrier = Barrier(2, timeout=DEADLINE_SECONDS)

    def approve(case: KycCase) -> bool:
        barrier.wait()
        try:
            return by_checks(case) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        approved = list(pool.map(approve, (one, two)))
    assert sum(approved) == 0  # each sees the other's, also before either is approved
    assert KycCase.objects.filter(state=State.APPROVED).count() == 0


def test_passing_on_races_with_a_claim(desk: Desk) -> None:
    """A case that is flagged at the moment of a claim is never claimed by an ordinary reviewer."""
    for _ in range(3):
        KycReferral.objects.all().delete()
        case = desk.case
        review.claim_case(case=case, by=desk.reviewer, at=NOON)
        barrier = Barrier(2, timeout=DEADLINE_SECONDS)

        def act(what: Callable[[], Any], barrier: Barrier = barrier) -> None:
            barrier.wait()
            try:
                what()
            except Refusal:
                pass
            finally:
                connection.close()

        flag = {"case": case, "kind": "FRAUD", "note": "x", "by": desk.reviewer, "at": NOON}
        claim = {"case": desk.case, "by": desk.second, "at": NOON}
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(act, (
                lambda flag=flag: referrals.refer_case(**flag),
                lambda claim=claim: review.claim_case(**claim),
            )))  # fmt: skip
        assert KycReferral.objects.open().exists()
        assert desk.case.reviewer is None


def test_two_reviewers_race(sent_case: KycCase, reviewer: User, second_reviewer: User) -> None:
    """Of two simultaneous claims of a case exactly one succeeds, also for the next case."""
    barrier = Barrier(2, timeout=DEADLINE_SECONDS)

    def claim(by: User) -> bool:
        barrier.wait()
        try:
            review.claim_case(case=KycCase.objects.get(pk=sent_case.pk), by=by, at=NOON)
            return True
        except review.CaseClaimedByOther:
            return False
        finally:
            connection.close()

    def claim_next(by: User) -> bool:
        barrier.wait()
        try:
            return review.claim_next_case(by=by, at=NOON) is not None
        finally:
            connection.close()

    for act in (claim, claim_next):
        KycCase.objects.update(reviewer=None, claimed_at=None)
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(act, (reviewer, second_reviewer))) == [False, True]
