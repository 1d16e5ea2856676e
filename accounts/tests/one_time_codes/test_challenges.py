"""Challenges: what solves one, and what does not."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from accounts.one_time_codes import challenges
from accounts.one_time_codes.budgets import LimitReason, Pressure
from accounts.one_time_codes.challenges import Challenge, ChallengeRequired
from conftest import NOON

HOUR = timedelta(hours=1)
TARGET = {"purpose": "SIGN_UP", "target": "a" * 64}


@pytest.fixture(autouse=True)
def easy(settings: Any) -> None:
    settings.HITOUCH_CODE_CHALLENGE_BITS = 4


def require(challenge: str = "", solution: str = "", ratio: float = 1, **facts: Any) -> None:
    facts = {"at": NOON} | TARGET | facts
    challenges.require(
        Pressure(LimitReason.CONTACT, ratio, HOUR), challenge=challenge, solution=solution, **facts
    )


def given(ratio: float = 1) -> Challenge:
    """A new challenge."""
    with pytest.raises(ChallengeRequired) as required:
        require(ratio=ratio)
    return required.value.challenge


def independent_solution(challenge: Challenge) -> str:
    """Solved by the words of the API's document, not by our code."""
    numbers = []
    for part in range(challenge.parts):
        number = 0
        while True:
            message = f"{challenge.text}:{part}:{number}".encode("ascii")
            bits = "".join(f"{byte:08b}" for byte in hashlib.sha256(message).digest())
            if bits.startswith("0" * challenge.bits):
                break
            number += 1
        numbers.append(str(number))
    return ".".join(numbers)


def test_solved_challenge_is_accepted_once() -> None:
    """Once, also of many requests at the same moment."""
    challenge = given()
    solution = independent_solution(challenge)

    def redeem(_: int) -> bool:
        try:
            require(challenge.text, solution)
        except ChallengeRequired:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(redeem, range(20))) == 1


def test_same_challenge_in_another_spelling_is_not_another() -> None:
    """Padding of base64, or unused bits of its last digit, do not make it new."""
    challenge = given()
    require(challenge.text, challenges.solve(challenge))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(challenge.text[-1])
    others = [challenge.text[:-1] + alphabet[last ^ bit] for bit in (1, 2)]
    for text in (challenge.text + "=", *others):
        respelled = Challenge(text, challenge.bits, challenge.expires_at)
        with pytest.raises(ChallengeRequired):
            require(text, challenges.solve(respelled))


def test_expired_challenge_is_refused() -> None:
    """It is valid for five minutes."""
    challenge = given()
    solution = challenges.solve(challenge)
    with pytest.raises(ChallengeRequired):
        require(challenge.text, solution, at=NOON + timedelta(minutes=5, seconds=1))
    require(challenge.text, solution, at=NOON + timedelta(minutes=4, seconds=59))


@pytest.mark.parametrize("other", [{"purpose": "RESET"}, {"target": "b" * 64}])
def test_challenge_of_another_request_is_refused(other: dict[str, str]) -> None:
    """It is bound to purpose and contact."""
    challenge = given()
    with pytest.raises(ChallengeRequired):
        require(challenge.text, challenges.solve(challenge), **other)


def test_forged_challenge_is_refused() -> None:
    """Any changed byte, such as a later expiry or fewer bits, breaks the signature."""
    challenge = given()
    for place in range(len(challenge.text) - 1):
        letter = "A" if challenge.text[place] != "A" else "B"
        text = challenge.text[:place] + letter + challenge.text[place + 1 :]
        forged = Challenge(text, 1, challenge.expires_at)
        with pytest.raises(ChallengeRequired):
            require(text, challenges.solve(forged))


@pytest.mark.parametrize(
    "wrong",
    ["", "0", "0.0", ".".join("0" * 16), ".".join(["x"] * 16), ".".join(["-1"] * 16), "9" * 5000],
)
def test_wrong_solution_is_refused(wrong: str) -> None:
    """Too few numbers, numbers that do not solve it, and what is no number."""
    challenge = given(ratio=16)
    with pytest.raises(ChallengeRequired):
        require(challenge.text, wrong)


def test_number_is_plain_ascii() -> None:
    """Other digits, signs and leading zeros of a number make another message."""
    challenge = given()
    numbers = challenges.solve(challenge).split(".")
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    for first in (numbers[0].translate(arabic), f"+{numbers[0]}", f" {numbers[0]}"):
        with pytest.raises(ChallengeRequired):
            require(challenge.text, ".".join([first, *numbers[1:]]))


def test_work_rises_with_the_use_and_cheaper_challenges_are_refused() -> None:
    """Twice the use is twice the work, up to 16 times; one step less is still accepted."""
    bits = [given(ratio).bits for ratio in (1, 1.9, 2, 4, 8, 16, 1000)]
    assert bits == [4, 4, 5, 6, 7, 8, 8]
    for ratio, is_accepted in ((2, True), (4, False)):
        challenge = given(1)
        solution = challenges.solve(challenge)
        if is_accepted:
            require(challenge.text, solution, ratio=ratio)
        else:
            with pytest.raises(ChallengeRequired):
                require(challenge.text, solution, ratio=ratio)


def test_refusal_says_how_long_to_wait_without_a_challenge() -> None:
    """For people without the calculation, and programs that rather wait."""
    with pytest.raises(ChallengeRequired, match="try again in 60 minutes") as required:
        require()
    assert required.value.retry_after == 3600
    members = required.value.members["challenge"]
    assert members["algorithm"] == "sha-256"
    assert members["expires_at"] == "2026-11-23T06:35:00Z"
