"""Whether accounts hold under attack: on gunicorn with processes and threads, over HTTP alone."""

import re
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any

from _harness import fresh_site, report
from _kept import everything_kept, is_in
from _way_in import PASSWORD, THREADS, WORKERS, Door, Program, a_contact, at_once, opened, sign_up
from argon2.low_level import Type, hash_secret

from hitouch import demo, totp

Figures = dict[str, tuple[float, float]]
PAIRS = 120
#: What is drawn anew for every answer.
RANDOM = ("ticket", "request_id")
HASHES = {
    "19 MiB, 2 passes, 1 lane (OWASP's minimum, ours)": (19 * 1024, 2, 1),
    "46 MiB, 1 pass, 1 lane (OWASP's other)": (46 * 1024, 1, 1),
    "64 MiB, 3 passes, 4 lanes (RFC 9106's second)": (64 * 1024, 3, 4),
    "100 MiB, 2 passes, 8 lanes (Django's default)": (100 * 1024, 2, 8),
}


def codes_of(answers: list[Any]) -> Counter[str]:
    return Counter(
        str(answer.status_code if answer.is_success else answer.json()["code"])
        for answer in answers
    )


def wrong_codes(door: Door) -> Figures:
    """Forty wrong codes at once, then the right one."""
    contact = a_contact()
    ticket = Program(door).post("/auth/sign-up/code/", contact=contact).json()
    right = Program(door).code_sent_to(contact)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    send = partial(Program(door).post, "/auth/sign-up/confirm/", **ticket)
    found = codes_of(at_once([partial(send, code=wrong)] * 40))
    after = send(code=right)
    print(f"40 wrong codes: {dict(found)}; the right one after: {after.json().get('code')}")
    return {
        "wrong_codes_compared": (found["wrong_code"], 5),
        "right_code_after_that": (after.is_success, 0),
    }


def right_codes(door: Door) -> Figures:
    """Thirty times the right code at once, for four purposes."""
    figures: Figures = {}
    for purpose in ("sign-up", "log-in", "reset", "step-up"):
        contact, tokens = sign_up(door)
        program, body = Program(door), {}
        if purpose == "sign-up":
            contact = a_contact()
        if purpose == "step-up":
            program.post("/me/proof/code/", token=tokens["access_token"])
            path, body = "/me/proof/", {"token": tokens["access_token"]}
        else:
            body = program.post(f"/auth/{purpose}/code/", contact=contact).json()
            path = "/auth/tokens/" if purpose == "log-in" else f"/auth/{purpose}/confirm/"
        body["code"] = program.code_sent_to(contact)
        found = codes_of(at_once([partial(Program(door).post, path, **body) for _ in range(30)]))
        good = sum(number for code, number in found.items() if code.isdigit())
        print(f"30 right codes, {purpose}: {dict(found)}")
        figures[f"{purpose}_codes_beyond_one"] = (abs(good - 1), 0)
    return figures


def refreshes(door: Door) -> Figures:
    """Twenty exchanges of one token at once; then the old one again."""
    _, tokens = sign_up(door)
    program, old = Program(door), tokens["refresh_token"]
    first = program.post("/auth/tokens/refresh/", refresh_token=old).json()
    program.post("/auth/tokens/refresh/", refresh_token=old)
    began = time.perf_counter()
    while program.get("/me/", first["access_token"]).is_success and time.perf_counter() - began < 5:
        time.sleep(0.02)
    dead = time.perf_counter() - began
    family = program.post("/auth/tokens/refresh/", refresh_token=first["refresh_token"])
    _, tokens = sign_up(door)
    ask = partial(program.post, "/auth/tokens/refresh/", refresh_token=tokens["refresh_token"])
    found = codes_of(at_once([ask] * 20))
    print(f"20 refreshes of one token: {dict(found)}; after a replay dead in {dead * 1000:.0f} ms")
    return {
        "refreshes_beyond_one": (abs(found["200"] - 1), 0),
        "access_token_lives_after_replay_s": (dead, 1.0),
        "family_lives_after_replay": (family.is_success, 0),
    }


def strangers(door: Door) -> Figures:
    """A thousand failed log-ins by strangers, then the owner's right password."""
    contact, _ = sign_up(door)
    home = Program(door)
    home.post("/auth/tokens/", contact=contact, password=PASSWORD).raise_for_status()

    def fail(number: int) -> Any:
        victim = contact if number % 2 else f"other-{number}@example.com"
        return Program(door).post("/auth/tokens/", contact=victim, password="not-this-one")

    found: Counter[str] = Counter()
    for begin in range(0, 1000, 25):
        found += codes_of(at_once([partial(fail, begin + n) for n in range(25)]))
    print(f"1,000 failed log-ins by strangers: {dict(found)}")
    refused = 0
    for place, program in {"at home": home, "in a new place": Program(door)}.items():
        took, answer = program.milliseconds("/auth/tokens/", contact=contact, password=PASSWORD)
        print(f"the owner {place}: {answer.status_code} in {took:.0f} ms")
        refused += not answer.is_success
    return {"owner_refused_after_strangers": (refused, 0)}


def known_and_unknown(door: Door) -> Figures:
    """The same body and the same time, whether a contact has an account or not."""
    made = f"""
from accounts.models import User
from django.utils import timezone
people = [User(email=f"known-{{n}}@example.com", email_verified_at=timezone.now(),
               status="ACTIVE") for n in range({PAIRS * 4})]
people[0].set_password({PASSWORD!r})
for one in people: one.password = people[0].password
User.objects.bulk_create(people)
"""
    door.run(made)
    figures: Figures = {}
    doors = {
        "sign_up": "/auth/sign-up/code/",
        "code": "/auth/log-in/code/",
        "reset": "/auth/reset/code/",
        "log_in": "/auth/tokens/",
    }
    for turn, (name, path) in enumerate(doors.items()):
        times: dict[str, list[float]] = {"known": [], "unknown": []}
        bodies: dict[str, set[str]] = {"known": set(), "unknown": set()}
        program = Program(door)
        for number in range(PAIRS):
            pair = [("known", f"known-{turn * PAIRS + number}@example.com")]
            pair.append(("unknown", f"nobody-{turn * PAIRS + number}@example.com"))
            for kind, contact in pair if number % 2 else reversed(pair):
                program.client.headers["X-Forwarded-For"] = Program(door).ip
                body = {"contact": contact}
                if name == "log_in":
                    body["password"] = "not-this-one"
                took, answer = program.milliseconds(path, **body)
                times[kind].append(took)
                told = {k: v for k, v in answer.json().items() if k not in RANDOM}
                bodies[kind].add(f"{answer.status_code} {sorted(told.items())}")
        middle = {kind: median(list_[10:]) for kind, list_ in times.items()}
        apart = abs(middle["known"] - middle["unknown"]) / min(middle.values()) * 100
        same = bodies["known"] == bodies["unknown"] and len(bodies["known"]) == 1
        print(f"{name}: known {middle['known']:.2f} ms, unknown {middle['unknown']:.2f} ms")
        figures[f"{name}_known_unknown_apart_percent"] = (apart, 10)
        figures[f"{name}_bodies_differ"] = (not same, 0)
    return figures


def second_factor_twice(door: Door) -> Figures:
    """A code of an authenticator app, again and again for five minutes of its clock."""
    person, accepted = demo.SUPPORT, 0
    body = {"contact": person.email, "password": demo.PASSWORD}
    code = totp.code(person.totp_secret, datetime.now(UTC))
    first = Program(door).post("/auth/tokens/", **body, second_factor=code)
    again = at_once([partial(Program(door).post, "/auth/tokens/", **body, second_factor=code)] * 3)
    accepted += sum(answer.is_success for answer in again)
    time.sleep(31)  # the step of the code is over; its tolerance is not
    later = Program(door).post("/auth/tokens/", **body, second_factor=code)
    accepted += later.is_success
    moved = door.run(f"""
from datetime import timedelta
from django.utils import timezone
from accounts import services
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
    for person in demo.STAFF:
        secrets_[f"factor of {person.email}"] = person.totp_secret
    made = door.run("""
import importlib
from django.conf import settings
from allauth.mfa.models import Authenticator
store = importlib.import_module(settings.SESSION_ENGINE).SessionStore()
store["mfa.totp.secret"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"; store.save()
print("session", store.session_key)
for one in Authenticator.objects.filter(type="recovery_codes")[:1]:
    for code in one.wrap().get_unused_codes()[:2]: print("recovery", code)
""")
    for number, line in enumerate(made.splitlines()):
        secrets_[f"{line.split()[0]} {number}"] = line.split()[1]
    secrets_["factor being set up"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    kept = everything_kept(door)
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
