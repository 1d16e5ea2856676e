"""Secrets in messages: found, false alarms, and what is left after the real path.

2,000 generated secrets stand in sentences of three languages, written before the detector's rules
(`_secret_sentences.py`), and 2,000 sentences with harmless numbers stand beside them. With
`--texts` false alarms are also counted on messages of others: banking77, clinc150 and hint3.

`--sent` of the messages go through the services of the support desk and of custom questions, on a
database of its own: replies of a user, answers and notes of support, subjects, mails, questions.
Then every table is read as text, and so are the log with everything raised and logged on the way,
and the prompt that a language model would get.
"""

import argparse
import csv
import importlib
import io
import json
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from _harness import report
from _own_database import own_database
from _secret_sentences import Sentence, innocent_sentences, secret_sentences

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
#: In hint3 every phone number was replaced by this one: it is a secret that was put in.
STAND_IN = "7021645199"
#: Shorter secrets stand by chance in ids and times of other rows.
SHORTEST_SEARCHED = 8


def signs(text: str) -> str:
    """Letters and digits alone, as a reader sees them."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).casefold()


def ascii_signs(text: str) -> str:
    """The same with ASCII digits."""
    return "".join(str(unicodedata.decimal(char, char)) for char in signs(text))


def is_found(sentence: Sentence, find: Callable[[str], Any]) -> bool:
    """Whether every letter and digit of the secret is within what was found."""
    found = {place for each in find(sentence.text) for place in range(each.start, each.end)}
    start = sentence.text.index(sentence.secret)
    places = range(start, start + len(sentence.secret))
    return all(place in found for place in places if sentence.text[place].isalnum())


def texts_of_others(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Messages to other bots, by data set."""
    for name, pattern, column in (
        ("banking77", "banking77/*.csv", "text"),
        ("hint3", "hint3/curekart_*.csv", ""),
    ):
        texts = []
        for file in sorted(folder.glob(pattern)):
            with file.open(encoding="utf-8", newline="") as rows:
                texts += [row[column or next(iter(row))] for row in csv.DictReader(rows)]
        yield name, [text for text in texts if STAND_IN not in text and "@" not in text]
    clinc = json.loads((folder / "clinc150" / "data_oos_plus.json").read_text())
    yield "clinc150", [text for part in clinc.values() for text, _ in part]


def left_in(haystack: str, sentences: list[Sentence]) -> int:
    """How many secrets can be read in it, as typed or with ASCII digits."""
    searched = [each for each in sentences if len(signs(each.secret)) >= SHORTEST_SEARCHED]
    plain, folded = signs(haystack), ascii_signs(haystack)
    return sum(
        signs(each.secret) in plain or ascii_signs(each.secret) in folded for each in searched
    )


def send_all(sentences: list[Sentence]) -> dict[str, str]:
    """Send the messages; returns what database, log and prompt hold afterwards."""
    models = importlib.import_module("accounts.models")
    desk = importlib.import_module("chatbot.desk.services")
    questions = importlib.import_module("chatbot.custom_questions.services")
    prompt = importlib.import_module("chatbot.assistant.prompt")
    groups = importlib.import_module("django.contrib.auth.models")
    stream = io.StringIO()
    logger = logger_to(stream)
    facts = {"status": "ACTIVE", "email_verified_at": NOW}
    user = models.User.objects.create(email="asha@example.com", **facts)
    staff = models.User.objects.create(email="sunita@example.com", is_staff=True, **facts)
    staff.groups.add(groups.Group.objects.get_or_create(name="support")[0])
    ticket = desk.open_ticket(user=user, subject="Payment", text="Not here.", at=NOW)
    ticket = desk.take(ticket=ticket, by=staff, at=NOW)
    prompts = []
    for number, sentence in enumerate(sentences):
        at = NOW + timedelta(seconds=number)
        text = sentence.text
        try:
            desk.reply(ticket=ticket, text=text, at=at)
            if sentence.kind not in ("PHONE", "EMAIL"):  # support may write contacts
                desk.answer(ticket=ticket, by=staff, text=text, at=at)
                desk.add_note(ticket=ticket, by=staff, text=text, at=at)
            questions.open_question(user=user, text=text, language="EN", at=at)
            raise ValueError(text)
        except ValueError:
            logger.exception("failed", extra={"text": text, "frame": {"vars": [text]}})
        except Exception as refused:  # a limit is no fault of the measurement
            logger.warning("refused %s", refused, extra={"text": text})
        asked = prompt.messages(question=text, language="EN", passages=[], history=[])
        prompts.append(json.dumps(asked, ensure_ascii=False))
    stored = importlib.import_module("chatbot.models").TicketMessage.objects.count()
    print(f"{stored} messages of the ticket stored")
    return {
        "database and mails": rows_as_text(),
        "log": "\n".join(log_lines(stream.getvalue())),
        "prompt": "\n".join(prompts),
    }


def logger_to(stream: io.StringIO) -> logging.Logger:
    """A logger with the formatter of the site."""
    log_config = importlib.import_module("hitouch.settings.log_config")
    formatter = dict(log_config.configuration(debug=False)["formatters"]["line"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter.pop("()")(**formatter))
    logging.disable(logging.NOTSET)
    logger = logging.getLogger("bench.secrets")
    logger.addHandler(handler)
    logger.propagate = False
    return logger


def log_lines(written: str) -> Iterator[str]:
    """The lines with their texts as they were, not as JSON escapes them."""
    for line in written.splitlines():
        yield json.dumps(json.loads(line), ensure_ascii=False)


def rows_as_text() -> str:
    """Every row of every table, as PostgreSQL writes it."""
    connection = importlib.import_module("django.db").connection
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT row::text FROM {quoted} AS row")  # noqa: S608 (our tables)
            texts += [text for (text,) in cursor.fetchall()]
    return "\n".join(texts)


def figures(sent: int, folder: Path | None, seed: int) -> dict[str, tuple[float, float]]:
    """All figures with their goals."""
    find = importlib.import_module("chatbot.redaction.detection").find_secrets
    sentences = list(secret_sentences(2000, seed=seed))
    missed = Counter(each.kind for each in sentences if not is_found(each, find))
    harmless = list(innocent_sentences(2000, seed=seed))
    alarms = [text for text in harmless if find(text)]
    print(f"missed of 200 each: {dict(missed) or 'none'}")
    for text in alarms[:10]:
        print(f"false alarm: {text}")
    result: dict[str, tuple[float, float]] = {
        "secrets: share missed": (missed.total() / len(sentences), 0.01),
        "secrets: false alarms, own sentences": (len(alarms) / len(harmless), 0.02),
    }
    for name, texts in texts_of_others(folder) if folder else ():
        share = sum(bool(find(text)) for text in texts) / len(texts)
        print(f"{name}: {share:.4f} of {len(texts)}")
        result[f"secrets: false alarms, {name}"] = (share, 0.02)
    chosen = [each for each in sentences if is_found(each, find)][:sent]
    raw = left_in("\n".join(each.text for each in chosen), chosen)
    print(f"of {len(chosen)} sent, {raw} can be searched for, and would be read in the raw texts")
    for place, text in send_all(chosen).items():
        result[f"secrets: left in {place}"] = (left_in(text, chosen), 0)
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sent", type=int, default=400)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with own_database():
        found = figures(given.sent, given.texts, given.seed)
    report(found)
