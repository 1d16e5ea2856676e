"""Whether accounts hold under attack: on gunicorn with processes and threads, over HTTP alone."""

import re
import time
from functools import partial
from statistics import median

from _guesses import Figures, refreshes, right_codes, second_factor_twice, strangers, wrong_codes
from _harness import fresh_site, report
from _kept import everything_kept, is_in
from _way_in import (
    PASSWORD,
    THREADS,
    WORKERS,
    Door,
    Program,
    a_contact,
    an_address,
    at_once,
    opened,
    sign_up,
)
from argon2.low_level import Type, hash_secret

from hitouch.demo import people as demo_people

PAIRS = 200
#: What is drawn anew for every answer.
RANDOM = ("ticket", "request_id")
DOORS = {
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


def known_and_unknown(door: Door) -> Figures:
    """The same body and the same time, whether a contact has an account or not."""
    door.run(MAKE_KNOWN)
    figures: Figures = {}
    for turn, (name, path) in enumerate(DOORS.items()):
        times, bodies = _asked_in_pairs(door, path, turn * PAIRS, password=name == "log_in")
        middle = {kind: median(taken[10:]) for kind, taken in times.items()}
        apart = abs(middle["known"] - middle["unknown"]) / min(middle.values()) * 100
        same = bodies["known"] == bodies["unknown"] and len(bodies["known"]) == 1
        print(f"{name}: known {middle['known']:.2f} ms, unknown {middle['unknown']:.2f} ms")
        figures[f"{name}_known_unknown_apart_percent"] = (apart, 10)
        figures[f"{name}_bodies_differ"] = (not same, 0)
    return figures


def _asked_in_pairs(
    door: Door, path: str, begin: int, *, password: bool
) -> tuple[dict[str, list[float]], dict[str, set[str]]]:
    """Turn about, each from a new address: milliseconds and answers for known and unknown."""
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    bodies: dict[str, set[str]] = {"known": set(), "unknown": set()}
    program = Program(door)
    for number in range(begin, begin + PAIRS):
        pair = [("known", f"known-{number}@example.com")]
        pair.append(("unknown", f"nobody-{number}@example.com"))
        for kind, contact in pair if number % 2 else reversed(pair):
            program.client.headers["X-Forwarded-For"] = an_address()
            proof = {"password": "not-this-one"} if password else {}
            took, answer = program.milliseconds(path, contact=contact, **proof)
            times[kind].append(took)
            told = {k: v for k, v in answer.json().items() if k not in RANDOM}
            bodies[kind].add(f"{answer.status_code} {sorted(told.items())}")
    return times, bodies


def admin_without_factor(door: Door) -> Figures:
    """Every address of the admin, for staff who gave a password only."""
    listed = door.run("""
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
    client = Program(door).client
    open_ = []
    for url in urls:
        path = "/admin/" + url.replace("^", "").replace("$", "").replace("\\Z", "")
        answer = client.get(door.url + path, headers={"Cookie": f"sessionid={key}"})
        if answer.status_code == 200:
            open_.append(path)
    print(f"{len(urls)} addresses of the admin without a second factor; answered 200: {open_}")
    return {"admin_open_without_factor": (len(open_), 0)}


def dump(door: Door) -> Figures:
    """Codes, tokens, keys of sessions and factors, looked for in all that is kept."""
    _, tokens = sign_up(door)
    program, asked = Program(door), a_contact()
    ticket = program.post("/auth/sign-up/code/", contact=asked).json()["ticket"]
    secrets_ = {
        "one-time code": program.code_sent_to(asked),
        "ticket": ticket,
        "access token": tokens["access_token"],
        "refresh token": tokens["refresh_token"],
        "password": PASSWORD,
        "contact of a code": asked,
    }
    for person in demo_people.STAFF:
        secrets_[f"factor of {person.email}"] = person.totp_secret
    made = door.run(MAKE_SECRETS)
    for number, line in enumerate(made.splitlines()):
        secrets_[f"{line.split()[0]} {number}"] = line.split()[1]
    secrets_["factor being set up"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    kept = everything_kept(door)
    assert is_in(demo_people.SUPPORT.email, kept), (
        "the search does not even find what is kept in clear"
    )
    found = [name for name, secret in secrets_.items() if is_in(secret, kept)]
    print(f"dump of {len(kept) / 1e6:.1f} MB searched for {len(secrets_)} secrets: {found}")
    return {"secrets_in_a_dump": (len(found), 0)}


def log_in_time(door: Door) -> Figures:
    """Log-ins with a password at concurrency 8, and the share of the hash in them."""
    people = [f"known-{n}@example.com" for n in range(PAIRS * 4)]

    def log_in(contact: str) -> float:
        took, answer = Program(door).milliseconds(
            "/auth/tokens/", contact=contact, password=PASSWORD
        )
        answer.raise_for_status()
        return took

    at_once([partial(log_in, contact) for contact in people[:8]])
    before, began, times = door.cpu_seconds(), time.perf_counter(), []
    for begin in range(8, 328, 8):
        times += at_once([partial(log_in, contact) for contact in people[begin : begin + 8]])
    took, spent = time.perf_counter() - began, door.cpu_seconds() - before
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
        with opened(site) as door:
            print(f"gunicorn: {WORKERS} processes, {THREADS} threads each")
            for measure in (wrong_codes, right_codes, refreshes, strangers, known_and_unknown):
                figures |= measure(door)
            figures |= admin_without_factor(door)
            figures |= dump(door)
            figures |= log_in_time(door)
            figures |= second_factor_twice(door)
        site.stop()
    report({name: (float(value), float(goal)) for name, (value, goal) in figures.items()})


if __name__ == "__main__":
    main()
