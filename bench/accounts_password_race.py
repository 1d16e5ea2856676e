"""Log-ins with the old password while it is reset or changed, over HTTP on gunicorn."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from _accounts_site import PASSWORD, ApiClient, GunicornSite, running_gunicorn, sign_up
from _harness import fresh_site, report

LOOPS = 4
NEW_PASSWORD = "eight-boats-and-a-drum"
COUNT_ALIVE = """
from django.utils import timezone
from allauth.usersessions.models import UserSession
from accounts.models import TokenFamily
print(TokenFamily.objects.alive(timezone.now()).count() + UserSession.objects.count())
"""


def keep_logging_in(site: GunicornSite, contact: str, is_changed: Event) -> None:
    """Log in with the old password until it is changed, and once more."""
    client = ApiClient(site)
    while not is_changed.is_set():
        client.post("/auth/tokens/", contact=contact, password=PASSWORD)
    client.post("/auth/app/auth/login", contact=contact, password=PASSWORD)


def reset(site: GunicornSite, contact: str) -> None:
    client = ApiClient(site)
    ticket = client.post("/auth/reset/code/", contact=contact).raise_for_status().json()
    code = client.code_sent_to(contact)
    token = client.post("/auth/reset/confirm/", **ticket, code=code).raise_for_status().json()
    client.post("/auth/reset/password/", **token, password=NEW_PASSWORD).raise_for_status()


def change(site: GunicornSite, token: str) -> None:
    body = {"present_password": PASSWORD, "password": NEW_PASSWORD}
    ApiClient(site).post("/me/password/", token=token, **body).raise_for_status()


def one_round(site: GunicornSite, *, by_reset: bool) -> None:
    """One account, four loops and one change."""
    contact, own = sign_up(site)
    is_changed = Event()
    with ThreadPoolExecutor(LOOPS) as pool:
        loops = [pool.submit(keep_logging_in, site, contact, is_changed) for _ in range(LOOPS)]
        try:
            if by_reset:
                reset(site, contact)
            else:
                change(site, own["access_token"])
        finally:
            is_changed.set()
        for loop in loops:
            loop.result()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with fresh_site() as fresh:
        fresh.start()
        fresh.settle()
        with running_gunicorn(fresh) as site:
            before = int(site.run(COUNT_ALIVE))
            for number in range(rounds):
                one_round(site, by_reset=number % 2 == 0)
            # Whoever changed the password stays logged in.
            alive = int(site.run(COUNT_ALIVE)) - before - rounds // 2
    print(f"{rounds} rounds, {LOOPS} loops each: {alive} log-ins with an old password alive")
    report({"old_logins_alive": (alive, 0)})


if __name__ == "__main__":
    main()
