"""Helpers for tests of document reviews: a waiting case, two reviewers, admin and API clients."""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Agent, User
from conftest import NOON, sign_in
from onboarding.kyc.review import access_log
from onboarding.kyc.review import services as review
from onboarding.models import KycCase

API = "/api/v1/staff/kyc-cases/"
MINE = "/api/v1/onboarding/documents/"


@dataclass(frozen=True)
class Desk:
    """A waiting case and two reviewers. Each access reads the row as it is now."""

    case_pk: Any
    reviewer_pk: Any
    second_pk: Any

    @property
    def case(self) -> KycCase:
        return KycCase.objects.select_related("agent__user").get(pk=self.case_pk)

    @property
    def agent(self) -> Agent:
        return self.case.agent

    @property
    def reviewer(self) -> User:
        return User.objects.get(pk=self.reviewer_pk)

    @property
    def second(self) -> User:
        return User.objects.get(pk=self.second_pk)

    def document(self, kind: str) -> Any:
        """The current document of a kind."""
        return self.case.documents.current().get(kind=kind)


def browser(user: User) -> Client:
    """A client that is logged in as this user."""
    return sign_in(Client(), user)


def call(client: Client, case: KycCase, verb: str, body: dict[str, Any] | None = None) -> Any:
    """Call an action of the review API."""
    return client.post(f"{API}{case.pk}/{verb}/", body or {}, content_type="application/json")


def press(client: Client, case: KycCase, verb: str, body: dict[str, Any] | None = None) -> Any:
    """Perform the same action in the admin."""
    address = reverse(f"admin:onboarding_kyccase_{verb}", args=[case.pk])
    return client.post(address, body or {}, follow=True)


def look(case: KycCase, by: User, at: Any = NOON) -> None:
    """Open each current picture and the profile photo of a case that is claimed."""
    now = KycCase.objects.get(pk=case.pk)
    for document in now.documents.current().filter(file__isnull=False):
        access_log.open_document(document=document, by=by, at=at)
    if now.agent.photo is not None:
        access_log.open_photo(case=now, by=by, at=at)


def approve(case: KycCase, by: User, at: Any = NOON, *, why: str = "Checked by phone.") -> None:
    """Open each picture and approve, over failed checks with a reason."""
    look(case, by, at)
    review.approve_case(case=case, by=by, at=at, why=why)


def screen(client: Client, case: KycCase) -> Any:
    """The admin page of a case."""
    return client.get(reverse("admin:onboarding_kyccase_case", args=[case.pk]))
