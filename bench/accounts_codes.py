"""Codes under attack over HTTP, on gunicorn: strangers, a shared address, one /48, the oracle."""

import hashlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from typing import Any

import httpx
from _accounts_site import (
    PASSWORD,
    ApiClient,
    GunicornSite,
    new_contact,
    run_in_parallel,
    running_gunicorn,
    sign_up,
)
from _harness import fresh_site, report

STRANGERS, PEOPLE = 50, 10
PURPOSES = ("/auth/log-in/code/", "/auth/reset/code/")
SHARED = "198.18.77.7"
#: What a deployment has; development sites allow one address more.
CODES_PER_ADDRESS = 30
EXACT_TIME = 1.10


def ask(client: ApiClient, path: str, **body: str) -> httpx.Response:
    """Request a code and solve the challenges that are asked for."""
    answer = client.post(path, **body)
    while answer.status_code == 429 and "challenge" in answer.json():
        given = answer.json()["challenge"]
        solved = {"challenge": given["text"], "solution": solution_of(given)}
        answer = client.post(path, **body | solved)
    return answer


def solution_of(challenge: dict[str, Any]) -> str:
    """Solve a challenge as the API's document describes it."""
    numbers, too_large = [], 1 << (256 - challenge["bits"])
    for part in range(challenge["parts"]):
        number = 0
        while _hash(f"{challenge['text']}:{part}:{number}") >= too_large:
            number += 1
        numbers.append(str(number))
    return ".".join(numbers)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


def owner_among_strangers(site: GunicornSite) -> dict[str, tuple[float, float]]:
    """Strangers ask for the owner's contact; then and meanwhile the owner asks, in every way."""
    contact, own = sign_up(site)
    crowd = [ApiClient(site, f"100.{64 + n}.0.1") for n in range(STRANGERS)]
    app = {"device_token": own["device_token"]}
    acts = [partial(one.post, path, contact=contact) for one in crowd for path in PURPOSES]
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(act) for act in acts]
        began = time.perf_counter()
        owner = [ApiClient(site).post("/me/proof/code/", token=own["access_token"])]
        owner += [ApiClient(site).post(path, contact=contact, **app) for path in PURPOSES]
        seconds = (time.perf_counter() - began) / len(owner)
        answers = Counter(future.result().status_code for future in asked)
    refused = [answer.status_code for answer in owner if answer.status_code != 202]
    print(f"{STRANGERS} strangers, two purposes: {dict(answers)}; owner refused: {refused}")
    print(f"the owner waited {seconds:.2f} s for each answer")
    return {"owner_refused": (len(refused), 0), "owner_seconds": (seconds, 2)}


def people_behind_one_address(site: GunicornSite) -> dict[str, tuple[float, float]]:
    """An attacker spends from a carrier's address; ten people behind it sign up."""
    spent = Counter(
        answer.status_code
        for answer in run_in_parallel(
            [partial(_code_for_anybody, site, SHARED) for _ in range(2 * CODES_PER_ADDRESS)]
        )
    )
    began = time.perf_counter()
    got_in = sum(run_in_parallel([partial(_signs_up, site, SHARED) for _ in range(PEOPLE)]))
    seconds = time.perf_counter() - began
    print(f"attacker behind the address: {dict(spent)}; then {got_in} of {PEOPLE} people got in")
    print(f"all of them in {seconds:.1f} s")
    return {"people_kept_out": (PEOPLE - got_in, 0)}


def _code_for_anybody(site: GunicornSite, ip: str) -> httpx.Response:
    return ApiClient(site, ip).post("/auth/sign-up/code/", contact=new_contact())


def _signs_up(site: GunicornSite, ip: str) -> bool:
    client, contact = ApiClient(site, ip), new_contact()
    ticket = ask(client, "/auth/sign-up/code/", contact=contact).json()
    code = client.code_sent_to(contact)
    token = client.post("/auth/sign-up/confirm/", **ticket, code=code).json()
    return client.post("/auth/sign-up/password/", **token, password=PASSWORD).status_code == 201


def one_rented_server(site: GunicornSite) -> dict[str, tuple[float, float]]:
    """Addresses of one /48, each once and without the calculation: how many codes are sent."""
    addresses = [f"2001:db8:77:{n:x}::1" for n in range(0, 65_536, 131)]
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda ip: _code_for_anybody(site, ip).status_code, addresses)
        found = Counter(answers)
    print(f"{len(addresses)} addresses of one /48: {dict(found)}")
    return {"codes_to_one_48": (found[202], 3 * CODES_PER_ADDRESS)}


def known_and_unknown(site: GunicornSite) -> dict[str, tuple[float, float]]:
    """The same strangers ask for contacts with an account and for others."""
    known = [sign_up(site)[0] for _ in range(20)]
    pairs = [(contact, new_contact()) for contact in known]
    times: dict[bool, list[float]] = {True: [], False: []}
    differ = 0
    for number, pair in enumerate(pairs):
        answers = []
        for contact in pair:
            bodies = []
            for n in range(8):
                client = ApiClient(site, f"101.{number}.{n}.{1 + (contact in known)}")
                took, answer = client.milliseconds("/auth/log-in/code/", contact=contact)
                times[contact in known].append(took)
                bodies.append((answer.status_code, answer.json().get("code")))
            answers.append(bodies)
        differ += answers[0] != answers[1]
    middle = [median(times[is_known]) for is_known in (True, False)]
    print(f"known {middle[0]:.1f} ms, unknown {middle[1]:.1f} ms; {differ} of 20 pairs differ")
    ratio = max(middle) / min(middle)
    return {"answers_that_tell": (differ, 0), "time_ratio": (ratio, EXACT_TIME)}


def main() -> None:
    with fresh_site() as fresh:
        fresh.start()
        fresh.settle()
        with running_gunicorn(fresh) as site:
            figures = owner_among_strangers(site) | people_behind_one_address(site)
            figures |= one_rented_server(site) | known_and_unknown(site)
    report(figures)


if __name__ == "__main__":
    main()
