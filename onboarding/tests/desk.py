"""A reviewer's desk in tests: one case that waits, two reviewers, and their two doors."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, User
from conftest import NOON, make_agent, make_staff, sign_in
from onboarding import seeding
from onboarding.models import KycCase
from proctoring import seeding as proctoring_seeding

API = "/api/v1/staff/kyc-cases/"
MINE = "/api/v1/onboarding/documents/"


@dataclass(frozen=True)
class Desk:
    """Keys of what the tests of a file share; each test reads the rows anew."""

    folder: Path
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
        """The one of its kind that counts."""
        return self.case.documents.current().get(kind=kind)


def make(in_one_world: Callable[..., Any], folder: Path) -> Desk:
    """The desk, made once for a file."""

    def rows() -> Desk:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.HITOUCH_PRIVATE_FILES", folder)
            seeding.seed(NOON)
            proctoring_seeding.seed(NOON)
            farah, gopal = (make_staff(name, "reviewer") for name in ("Farah", "Gopal"))
            facts = {"reviewer": farah, "now": NOON, "upto": "profile"}
            agent = seeding.clear_agent(agent=make_agent("Nila"), **facts)
            seeding.send_documents(agent=agent, now=NOON)
        return Desk(folder, agent.kyc_case.pk, farah.pk, gopal.pk)

    return in_one_world(rows)


def browser(user: User) -> Client:
    """Somebody who has signed in."""
    return sign_in(Client(), user)


def call(client: Client, case: KycCase, verb: str, body: dict[str, Any] | None = None) -> Any:
    """An act of the API."""
    return client.post(f"{API}{case.pk}/{verb}/", body or {}, content_type="application/json")


def press(client: Client, case: KycCase, verb: str, body: dict[str, Any] | None = None) -> Any:
    """The same act on the screen."""
    address = reverse(f"admin:onboarding_kyccase_{verb}", args=[case.pk])
    return client.post(address, body or {}, follow=True)


def screen(client: Client, case: KycCase) -> Any:
    """The screen of a case."""
    return client.get(reverse("admin:onboarding_kyccase_case", args=[case.pk]))
