"""Every SMS that the code can send has a registered text and matches it (DLT registration)."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import OneTimeCode
from accounts.security.notifications import SecurityNotification
from hitouch.core.outbox import gsm, sms_templates
from tests.fakes.sms import matches
from tests.support.source_files import ROOT, product_files, tree_of

#: Places that choose between several texts at run time, with all texts they can choose.
CHOSEN = {
    ("accounts/one_time_codes/services.py", "text"): {
        f"accounts/code_{purpose.lower()}" for purpose in OneTimeCode.Purpose
    },
    ("accounts/security/notifications.py", "text"): {news.text for news in SecurityNotification},
    ("onboarding/notifications.py", "kind"): {
        "onboarding/bank_account_saved", "onboarding/payments_stopped",
    },
    ("accounts/staff/services.py", "kind"): {
        "accounts/account_active", "accounts/account_suspended",
    },
}  # fmt: skip
#: Notices to people who have a mail address by their role, without a registered SMS text.
MAIL_ONLY = {"payments/low_balance", "chatbot/overdue"}
#: Files that pass on a template name from their caller; the callers are checked instead.
FORWARDING_FILES = {
    "accounts/notices/services.py", "accounts/one_time_codes/services.py",
    "accounts/privacy/services.py", "gigs/disputes/notices.py", "gigs/notifications.py",
    "payments/notifications.py", "proctoring/notifications.py",
}  # fmt: skip
SENDING_FUNCTIONS = (
    "outbox.queue_message",
    "outbox.queue_sms",
    "_tell",
    "_notify_managers",
    "notices.notify",
    "_notify",
    "notifications.notify_agent",
    "notifications.notify_agent_of_payout",
    "one_time_codes.issue_decoy",
)
REGISTERED = sorted(sms_templates.sms_templates().items())
NAMES = [name for name, _ in REGISTERED]


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in product_files():
        yield str(path.relative_to(ROOT)), tree_of(path)


def sending_calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that queue a message or pass a template name on to such a call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names = {word.arg for word in node.keywords}
            called = ast.unparse(node.func)
            if called in SENDING_FUNCTIONS and (
                called != "one_time_codes.issue_decoy" or "template" in names
            ):
                yield node


def literals(node: ast.expr | None, tree: ast.Module) -> set[str] | None:
    """The names an argument can be: literals, or a local variable that is one of some literals."""
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return {*(literals(node.body, tree) or ()), *(literals(node.orelse, tree) or ())}
    if isinstance(node, ast.Name):
        said = [
            found
            for assigned in ast.walk(tree)
            if isinstance(assigned, ast.Assign) and ast.unparse(assigned.targets[0]) == node.id
            if (found := literals(assigned.value, tree))
        ]
        return set().union(*said) or None
    return None


def names_sent() -> tuple[set[str], list[str]]:
    """Every text that the code can send, and the places where this cannot be determined."""
    sent, unclear = set(), []
    for path, tree in sources():
        for call in sending_calls(tree):
            given = {word.arg: word.value for word in call.keywords}
            positional = [arg for arg in call.args if "/" in str(getattr(arg, "value", ""))]
            which = next((word for word in ("text", "kind", "template") if word in given), "")
            name = given.get(which) or next(iter(positional), None)
            found = CHOSEN.get((path, which)) or literals(name, tree)
            if found:
                sent |= found
            elif not is_checked_elsewhere(path, call):
                unclear.append(f"{path}:{call.lineno}")
    return sent, unclear


def is_checked_elsewhere(path: str, call: ast.Call) -> bool:
    """Whether the call passes on a name, or calls a private helper that names the text itself."""
    is_private = ast.unparse(call.func) in ("_tell", "_notify", "_notify_managers")
    return is_private != (path in FORWARDING_FILES)


def test_sent_and_registered_texts_are_the_same():
    """Every text in the code is registered, and every registered text is used."""
    sent, unclear = names_sent()
    assert unclear == []
    assert sent - MAIL_ONLY == set(NAMES)


def test_sms_texts_come_from_the_registry_only():
    """No template file holds an SMS text, and SMS rows are created in one module."""
    assert not list(ROOT.glob("templates/*/messages/*.sms.txt"))
    writers = [path for path, tree in sources() if "Channel.SMS" in ast.unparse(tree)]
    assert writers == ["hitouch/core/outbox/availability.py", "hitouch/core/outbox/services.py"]


@pytest.mark.parametrize("name", NAMES)
def test_a_text_meets_the_rules_of_the_operators(name):
    """GSM-7, our name, a known category, a variable, at most two segments, no odd characters."""
    text = sms_templates.sms_template(name)
    assert gsm.is_gsm(text.text)
    assert "HitouchCX" in text.text
    assert text.category in sms_templates.CATEGORIES
    assert text.slots
    assert not re.search(r"  |[<>]|\{%|\{\{|\{host\}", text.text)
    assert gsm.segments(text.longest) <= 2
    assert "{#var#}" in text.registered
    assert not re.search(r"\{\w+\}", text.registered)


@pytest.mark.parametrize("purpose", OneTimeCode.Purpose.values)
def test_a_code_fits_one_segment_and_ends_with_the_webotp_line(purpose, settings):
    """The digits come first, and the last line binds them to our host (WebOTP)."""
    settings.BASE_URL = "https://people.hitouch.example:8443"
    text = sms_templates.sms_template(f"accounts/code_{purpose.lower()}")
    body = text.render({"code": "123456", "minutes": 10})
    first, last = body.split("\n")
    assert first.startswith("123456 is your HitouchCX code to ")
    assert last == "@people.hitouch.example #123456"
    assert gsm.segments(text.longest) == 1
    assert text.registered.endswith("\n@people.hitouch.example #{#var#}")


HOSTILE = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="{}#var\n\r\t <>%₹…•अ😀a.:/", max_size=80),
    st.sampled_from(["", " ", "\n", "\0", "{title}", "{#var#}", "{host}", r"\1", "x" * 10_000]),
    st.sampled_from(["दिवाली", "Go to https://evil.example/x", "www.evil.in", "\u202egnp.exe"]),
    st.integers(),
    st.none(),
)


@given(data=st.data())
def test_any_values_match_the_registered_text(data):
    """Hostile values do not change the text around them and bring in no new line and no link."""
    text = sms_templates.sms_template(data.draw(st.sampled_from(NAMES)))
    body = text.render({name: data.draw(HOSTILE) for name in text.slots})
    assert text.pattern.fullmatch(body)
    assert matches(text.registered, body)
    assert body.count("\n") == text.text.count("\n")
    assert gsm.is_gsm(body)
    assert "://" not in body
    assert gsm.segments(body) <= 3


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Evening chat support", "Evening chat support"),
        ("Evening chat support for the festival", "Evening chat support for the.."),
        ("x" * 31, "x" * 28 + ".."),
        ("₹1,23,456.78", "Rs 1,23,456.78"),
        ("•••• 9012", "**** 9012"),
        ("a\n\nb\tc", "a b c"),
        ("see https://evil.example now", "see https evil example now"),
        ("", "-"),
        ("दिवाली", "-"),
    ],
)
def test_values_are_shortened_and_cleaned(value, shown):
    """At most thirty characters, cut at a word; no line break, no link, GSM-7 only."""
    assert sms_templates.sms_template("chatbot/answered").render({"subject": value}) == (
        f'HitouchCX: support answered your ticket "{shown}". Read it under Help, Your tickets.'
    )


def test_a_missing_value_is_reported_when_the_message_is_queued():
    """The error names the missing variable, also for a message that goes out by email."""
    with pytest.raises(KeyError, match="accounts/code_sign has nothing for minutes"):
        sms_templates.sms_template("accounts/code_sign").require({"code": "123456"})


def test_the_command_prints_the_texts_to_register(capsys):
    """Each text is printed as the registration portal expects it, with its id."""
    call_command("sms_templates")
    printed = capsys.readouterr().out
    for name, text in REGISTERED:
        assert f"{name}: no id yet" in printed
        assert text.registered.splitlines()[0] in printed
    assert f"{len(NAMES)} texts, {len(NAMES)} without an id." in printed
