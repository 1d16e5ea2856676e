"""Brute force and replay against codes, tokens, passwords and second factors, in parallel."""

import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from typing import Any

from _accounts_site import PASSWORD, ApiClient, GunicornSite, new_contact, run_in_parallel, sign_up

from accounts.mfa import totp
from hitouch.demo import people

Figures = dict[str, tuple[float, float]]


def codes_of(answers: list[Any]) -> Counter[str]:
    return Counter(
        str(answer.status_code if answer.is_success else answer.json()["code"])
        for answer in answers
    )


def wrong_codes(site: GunicornSite) -> Figures:
    """Forty wrong codes in parallel, then the right one."""
    contact = new_contact()
    ticket = ApiClient(site).post("/auth/sign-up/code/", contact=contact).json()
    right = ApiClient(site).code_sent_to(contact)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    send = partial(ApiClient(site).post, "/auth/sign-up/confirm/", **ticket)
    found = codes_of(run_in_parallel([partial(send, code=wrong)] * 40))
    after = send(code=right)
    print(f"40 wrong codes: {dict(found)}; the right one after: {after.json().get('code')}")
    return {
        "wrong_codes_compared": (found["wrong_code"], 5),
        "right_code_after_that": (after.is_success, 0),
    }


def parallel_right_codes(site: GunicornSite) -> Figures:
    """The right code thirty times in parallel, for each of four purposes."""
    figures: Figures = {}
    for purpose in ("sign-up", "log-in", "reset", "step-up"):
        contact, tokens = sign_up(site)
        program, body = ApiClient(site), {}
        if purpose == "sign-up":
            contact = new_contact()
        if purpose == "step-up":
            program.post("/me/proof/code/", token=tokens["access_token"])
            path, body = "/me/proof/", {"token": tokens["access_token"]}
        else:
            body = program.post(f"/auth/{purpose}/code/", contact=contact).json()
            path = "/auth/tokens/" if purpose == "log-in" else f"/auth/{purpose}/confirm/"
        body["code"] = program.code_sent_to(contact)
        found = codes_of(
            run_in_parallel([partial(ApiClient(site).post, path, **body) for _ in range(30)])
        )
        good = sum(number for code, number in found.items() if code.isdigit())
        print(f"30 right codes, {purpose}: {dict(found)}")
        figures[f"{purpose}_codes_beyond_one"] = (abs(good - 1), 0)
    return figures


def refreshes(site: GunicornSite) -> Figures:
    """One refresh token used twenty times in parallel, by its app and by thieves; and a replay.

    An app that sends a token again at once gets the same pair; anybody else ends the family.
    """
    _, tokens = sign_up(site)
    program, old = ApiClient(site), tokens["refresh_token"]
    first = program.post("/auth/tokens/refresh/", refresh_token=old).json()
    ApiClient(site).post("/auth/tokens/refresh/", refresh_token=old)
    began = time.perf_counter()
    while program.get("/me/", first["access_token"]).is_success and time.perf_counter() - began < 5:
        time.sleep(0.02)
    dead = time.perf_counter() - began
    family = program.post("/auth/tokens/refresh/", refresh_token=first["refresh_token"])
    print(f"after a replay dead in {dead * 1000:.0f} ms")
    by_app = pairs_of_twenty(site, [ApiClient(site)] * 20)
    by_thieves = pairs_of_twenty(site, [ApiClient(site) for _ in range(20)])
    return {
        "pairs_of_one_app_beyond_one": (abs(by_app - 1), 0),
        "pairs_of_twenty_thieves_beyond_one": (abs(by_thieves - 1), 0),
        "access_token_lives_after_replay_s": (dead, 1.0),
        "family_lives_after_replay": (family.is_success, 0),
    }


def pairs_of_twenty(site: GunicornSite, clients: list[ApiClient]) -> int:
    """How many pairs the clients get who send one token at the same moment."""
    _, tokens = sign_up(site)
    body = {"refresh_token": tokens["refresh_token"]}
    answers = run_in_parallel(
        [partial(client.post, "/auth/tokens/refresh/", **body) for client in clients]
    )
    pairs = {answer.json()["refresh_token"] for answer in answers if answer.is_success}
    print(f"20 refreshes of one token: {dict(codes_of(answers))}, {len(pairs)} pairs")
    return len(pairs)


def failed_logins(site: GunicornSite) -> Figures:
    """A thousand failed log-ins from other addresses, then the owner's right password."""
    contact, _ = sign_up(site)
    home = ApiClient(site)
    home.post("/auth/tokens/", contact=contact, password=PASSWORD).raise_for_status()

    def fail(number: int) -> Any:
        victim = contact if number % 2 else f"other-{number}@example.com"
        return ApiClient(site).post("/auth/tokens/", contact=victim, password="not-this-one")

    found: Counter[str] = Counter()
    for begin in range(0, 1000, 25):
        found += codes_of(run_in_parallel([partial(fail, begin + n) for n in range(25)]))
    print(f"1,000 failed log-ins by strangers: {dict(found)}")
    refused = 0
    for place, program in {"at home": home, "in a new place": ApiClient(site)}.items():
        took, answer = program.milliseconds("/auth/tokens/", contact=contact, password=PASSWORD)
        print(f"the owner {place}: {answer.status_code} in {took:.0f} ms")
        refused += not answer.is_success
    return {"owner_refused_after_strangers": (refused, 0)}


def second_factor_twice(site: GunicornSite) -> Figures:
    """One authenticator code, used again during the next five minutes."""
    person, accepted = people.SUPPORT, 0
    body = {"contact": person.email, "password": people.PASSWORD}
    code = totp.code(person.totp_secret, datetime.now(UTC))
    first = ApiClient(site).post("/auth/tokens/", **body, second_factor=code)
    again = run_in_parallel(
        [partial(ApiClient(site).post, "/auth/tokens/", **body, second_factor=code)] * 3
    )
    accepted += sum(answer.is_success for answer in again)
    time.sleep(31)  # the step of the code is over; its tolerance is not
    later = ApiClient(site).post("/auth/tokens/", **body, second_factor=code)
    accepted += later.is_success
    moved = site.run(f"""
from datetime import timedelta
from django.utils import timezone
from accounts.mfa import services
from accounts.models import User
from hitouch.core.errors import Refusal
user, now, taken = User.objects.get(email={person.email!r}), timezone.now(), 0
for seconds in range(0, 300, 20):
    try:
        services.check_second_factor(user=user, code={code!r}, at=now + timedelta(seconds=seconds))
        taken += 1
    except Refusal: pass
print(taken)
""")
    accepted += int(moved.strip() or 0)
    print(f"authenticator code: first {first.status_code}, then accepted {accepted} times")
    return {
        "authenticator_code_refused_at_first": (not first.is_success, 0),
        "authenticator_code_accepted_again": (accepted, 0),
    }
