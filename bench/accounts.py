"""Attacks on accounts over HTTP, on gunicorn with several processes and threads."""

import re
import time
from functools import partial
from statistics import median

from _accounts_site import (
    PASSWORD,
    THREADS,
    WORKERS,
    ApiClient,
    GunicornSite,
    new_contact,
    random_ip,
    run_in_parallel,
    running_gunicorn,
    sign_up,
)
from _brute_force import (
    Figures,
    failed_logins,
    parallel_right_codes,
    refreshes,
    second_factor_twice,
    wrong_codes,
)
from _harness import fresh_site, report
from _storage import contains_secret, dump_storage
from argon2.low_level import Type, hash_secret

from hitouch.demo import people as demo_people

PAIRS = 200
#: Fields that are random in every response.
RANDOM = ("ticket", "request_id")
ENDPOINTS = {
    "sign_up": "/auth/sign-up/code/",
    "code": "/auth/log-in/code/",
    "reset": "/auth/reset/code/",
    "log_in": "/auth/tokens/",
}
MAKE_KNOWN = f"""
from accounts.models import User
from django.utils import timezone
people = [User(email=f"known-{{n}}@example.com", email_verified_at=timezone.now(),
               status="ACTIVE") for n in range({PAIRS * 4})]
people[0].set_password({PASSWORD!r})
for one in people: one.password = people[0].password
User.objects.bulk_create(people)
"""
MAKE_SECRETS = f"""
import importlib
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from allauth.mfa.models import Authenticator
from accounts.partners import services
from accounts.models import User
store = importlib.import_module(settings.SESSION_ENGINE).SessionStore()
store["mfa.totp.secret"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"; store.save()
print("session", store.session_key)
for one in Authenticator.objects.filter(type="recovery_codes")[:1]:
    for code in one.wrap().get_unused_codes()[:2]: print("recovery", code)
now, find = timezone.now(), User.objects.get
facts = dict(owner=find(email={demo_people.ORCHID.email!r}), scopes=["work:read"], at=now,
             by=find(email={demo_people.MEERA.email!r}), expires_at=now + timedelta(days=1))
print("key", services.create_api_key(name="one", **facts).secret)
print("client", services.create_oauth_client(name="two", **facts).secret)
"""
HASHES = {
    "19 MiB, 2 passes, 1 lane (OWASP's minimum, ours)": (19 * 1024, 2, 1),
    "46 MiB, 1 pass, 1 lane (OWASP's other)": (46 * 1024, 1, 1),
    "64 MiB, 3 passes, 4 lanes (RFC 9106's second)": (64 * 1024, 3, 4),
    "100 MiB, 2 passes, 8 lanes (Django's default)": (100 * 1024, 2, 8),
}


def known_and_unknown(site: GunicornSite) -> Figures:
    """Compare bodies and times of responses for contacts with and without an account."""
    site.run(MAKE_KNOWN)
    figures: Figures = {}
    for turn, (name, path) in enumerate(ENDPOINTS.items()):
        times, bodies = _request_in_pairs(site, path, turn * PAIRS, password=name == "log_in")
        middle = {kind: median(taken[10:]) for kind, taken in times.items()}
        apart = abs(middle["known"] - middle["unknown"]) / min(middle.values()) * 100
        same = bodies["known"] == bodies["unknown"] and len(bodies["known"]) == 1
        print(f"{name}: known {middle['known']:.2f} ms, unknown {middle['unknown']:.2f} ms")
        figures[f"{name}_known_unknown_apart_percent"] = (apart, 10)
        figures[f"{name}_bodies_differ"] = (not same, 0)
    return figures


def _request_in_pairs(
    site: GunicornSite, path: str, begin: int, *, password: bool
) -> tuple[dict[str, list[float]], dict[str, set[str]]]:
    """Milliseconds and bodies for known and unknown contacts in turn, each from a new address."""
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    bodies: dict[str, set[str]] = {"known": set(), "unknown": set()}
    program = ApiClient(site)
    for number in range(begin, begin + PAIRS):
        pair = [("known", f"known-{number}@example.com")]
        pair.append(("unknown", f"nobody-{number}@example.com"))
        for kind, contact in pair if number % 2 else reversed(pair):
            program.client.headers["X-Forwarded-For"] = random_ip()
            proof = {"password": "not-this-one"} if password else {}
            took, answer = program.milliseconds(path, contact=contact, **proof)
            times[kind].append(took)
            body = {k: v for k, v in answer.json().items() if k not in RANDOM}
            bodies[kind].add(f"{answer.status_code} {sorted(body.items())}")
    return times, bodies


def admin_without_factor(site: GunicornSite) -> Figures:
    """Request every URL of the admin as staff who gave a password only."""
    listed = site.run("""
from django.contrib import admin
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.urls import reverse, NoReverseMatch
from django.utils.module_loading import import_string
from django.conf import settings
from accounts.models import User
user = User(email="onlypassword@example.com", status="ACTIVE", is_staff=True, is_superuser=True)
user.set_password("x" * 20); user.save()
store = import_string(settings.SESSION_ENGINE + ".SessionStore")()
store[SESSION_KEY] = str(user.pk); store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
store[HASH_SESSION_KEY] = user.get_session_auth_hash(); store.save()
print("key", store.session_key)
def walk(patterns, before):
    for one in patterns:
        here = before + str(one.pattern)
        if hasattr(one, "url_patterns"): walk(one.url_patterns, here)
        else: print("url", here)
walk(admin.site.urls[0], "")
""")
    lines = [line.split(" ", 1) for line in listed.splitlines() if " " in line]
    key = next(rest for kind, rest in lines if kind == "key")
    urls = [re.sub(r"<[^>]*>|\(\?P.*?\)", "1", rest) for kind, rest in lines if kind == "url"]
    client = ApiClient(site).client
    open_ = []
    for url in urls:
        path = "/admin/" + url.replace("^", "").replace("$", "").replace("\\Z", "")
        answer = client.get(site.url + path, headers={"Cookie": f"sessionid={key}"})
        if answer.status_code == 200:
            open_.append(path)
    print(f"{len(urls)} addresses of the admin without a second factor; answered 200: {open_}")
    return {"admin_open_without_factor": (len(open_), 0)}


def dump(site: GunicornSite) -> Figures:
    """Search database and Valkey for codes, tokens, session keys and authenticator secrets."""
    _, tokens = sign_up(site)
    program, contact = ApiClient(site), new_contact()
    ticket = program.post("/auth/sign-up/code/", contact=contact).json()["ticket"]
    secrets_ = {
        "one-time code": program.code_sent_to(contact),
        "ticket": ticket,
        "access token": tokens["access_token"],
        "refresh token": tokens["refresh_token"],
        "password": PASSWORD,
        "contact of a code": contact,
    }
    for person in demo_people.STAFF:
        secrets_[f"factor of {person.email}"] = person.totp_secret
    made = site.run(MAKE_SECRETS)
    for number, line in enumerate(made.splitlines()):
        secrets_[f"{line.split()[0]} {number}"] = line.split()[1]
    secrets_["factor being set up"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    storage = dump_storage(site)
    assert contains_secret(demo_people.SUPPORT.email, storage), (
        "the search does not even find what is kept in clear"
    )
    found = [name for name, secret in secrets_.items() if contains_secret(secret, storage)]
    print(f"dump of {len(storage) / 1e6:.1f} MB searched for {len(secrets_)} secrets: {found}")
    return {"secrets_in_a_dump": (len(found), 0)}


def log_in_time(site: GunicornSite) -> Figures:
    """Time of password log-ins at concurrency 8, and the password hash's share of the CPU."""
    people = [f"known-{n}@example.com" for n in range(PAIRS * 4)]

    def log_in(contact: str) -> float:
        took, answer = ApiClient(site).milliseconds(
            "/auth/tokens/", contact=contact, password=PASSWORD
        )
        answer.raise_for_status()
        return took

    run_in_parallel([partial(log_in, contact) for contact in people[:8]])
    before, began, times = site.cpu_seconds(), time.perf_counter(), []
    for begin in range(8, 328, 8):
        times += run_in_parallel(
            [partial(log_in, contact) for contact in people[begin : begin + 8]]
        )
    took, spent = time.perf_counter() - began, site.cpu_seconds() - before
    each = spent / len(times) * 1000
    ours = _hash_milliseconds(*next(iter(HASHES.values())))
    print(
        f"log-in at concurrency 8: {len(times) / took:.0f} a second, {median(times):.0f} ms in the"
    )
    print(f"middle; {each:.1f} ms of CPU each, {ours / each:.0%} of it in the password hash")
    for name, parameters in HASHES.items():
        print(f"  argon2id {name}: {_hash_milliseconds(*parameters):.1f} ms of CPU")
    return {"log_in_p50_ms_at_8": (median(times), 500), "log_in_cpu_ms": (each, 60)}


def _hash_milliseconds(memory: int, passes: int, lanes: int) -> float:
    began = time.process_time()
    for _ in range(10):
        hash_secret(b"x" * 20, b"s" * 16, passes, memory, lanes, 32, Type.ID)
    return (time.process_time() - began) * 100


def main() -> None:
    figures: Figures = {}
    with fresh_site() as site:
        site.start()
        site.settle()
        with running_gunicorn(site) as server:
            print(f"gunicorn: {WORKERS} processes, {THREADS} threads each")
            for measure in (
                wrong_codes,
                parallel_right_codes,
                refreshes,
                failed_logins,
                known_and_unknown,
            ):
                figures |= measure(server)
            figures |= admin_without_factor(server)
            figures |= dump(server)
            figures |= log_in_time(server)
            figures |= second_factor_twice(server)
        site.stop()
    report({name: (float(value), float(goal)) for name, (value, goal) in figures.items()})


if __name__ == "__main__":
    main()
