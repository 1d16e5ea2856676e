"""A second count of the figures of Help, in plain Python over exported rows.

It shares no code with chatbot/analytics: it reads the tables as dictionaries of text and numbers,
and follows the words of docs/adr/0087-figures-of-help.md one by one, slowly.
"""

import json
from bisect import bisect_left
from datetime import datetime, timedelta

from django.db import connection

TABLES = {
    "conversation": "id, user_id",
    "message": "id, conversation_id, source, language, in_reply_to_id, entry_id, decision,"
    " latency_ms, feedback, at",
    "messagesuggestion": "message_id, entry_id, chosen_at",
    "faqentry": "id, category_id",
    "ticket": "id, user_id, conversation_id, topic_id, language, opened_at, first_answer_at",
    "customquestion": "conversation_id, message_id, language, opened_at, answered_at",
    "satisfactionrating": "ticket_id, score, at",
}


def export():
    """The tables as JSON-like data, with moments in microseconds."""
    tables = {}
    for name, columns in TABLES.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM chatbot_{name}")  # noqa: S608
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
        tables[name] = [{key: _plain(key, value) for key, value in row.items()} for row in rows]
    return tables


def _plain(key, value):
    if isinstance(value, datetime):
        return micros(value)
    if key == "decision":
        return json.loads(value) if isinstance(value, str) else value
    return value if value is None or isinstance(value, int) else str(value)


def micros(moment):
    """Microseconds since 1970."""
    delta = moment - datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


SECOND = 1_000_000
HOURS_24, DAYS_7 = 86_400 * SECOND, 7 * 86_400 * SECOND


def day(at):
    """The date in India, which is 5 hours 30 minutes ahead of UTC all year."""
    moment = datetime(1970, 1, 1) + timedelta(microseconds=at + 19_800 * SECOND)  # noqa: DTZ001
    return moment.strftime("%Y-%m-%d")


class Tally(dict):
    """Figures by "day language" and by "path/of/figure"."""

    def plus(self, at, language, path, amount=1):
        for each in (language, "ALL"):
            figures = self.setdefault(f"{day(at)} {each}", {})
            figures[path] = figures.get(path, 0) + amount


def recount(tables, now):
    """All figures of all days by `Tally`."""
    tally = Tally()
    owner = {row["id"]: row["user_id"] for row in tables["conversation"]}
    category = {row["id"]: row["category_id"] for row in tables["faqentry"]}
    offered, by_conversation = {}, {}
    for row in tables["messagesuggestion"]:
        if row["chosen_at"] is not None:
            offered.setdefault(row["message_id"], set()).add(row["entry_id"])
    for row in asked_in_order(tables):
        by_conversation.setdefault(row["conversation_id"], []).append(row)
    episodes = []
    for conversation, asked in by_conversation.items():
        first = asked[0]
        tally.plus(first["at"], first["language"], "conversations")
        total = len(asked) + sum(len(row["said"]) for row in asked)
        tally.plus(first["at"], first["language"], "messages", total)
        for row in asked:
            count_question(tally, row)
        for group, result, last in cut(tables, conversation, asked, offered):
            episodes.append(
                {
                    "start": group[0]["at"],
                    "language": group[0]["language"],
                    "user": owner[conversation],
                    "result": result,
                    "final": last if result in ("FAQ", "SUGGESTION", "FACTS", "AI") else None,
                    "rejected": result == "UNANSWERED" and last is not None,
                    "about": {about(each) for one in group for each in one["said"]} - {None},
                }
            )
    count_episodes(tally, tables, episodes, category, now)
    count_people(tally, tables)
    return tally


def asked_in_order(tables):
    """Questions in order, each with what was said to it."""
    rows = sorted(tables["message"], key=lambda row: (row["at"], row["id"]))
    questions = {row["id"]: row | {"said": []} for row in rows if row["source"] == "PERSON"}
    for row in rows:
        if row["source"] != "PERSON" and row["in_reply_to_id"]:
            questions[row["in_reply_to_id"]]["said"].append(row)
    return list(questions.values())


def cut(tables, conversation, asked, offered):
    """The questions of each episode, its outcome, and the last answer."""
    found, group = [], []
    for index, row in enumerate(asked):
        group.append(row)
        is_last = index + 1 == len(asked)
        end = row["at"] + HOURS_24 if is_last else asked[index + 1]["at"]
        answers = [each for each in row["said"] if each["source"] in ("FAQ", "FACTS", "AI")]
        last = answers[-1] if answers else None
        result = passed_on(tables, conversation, row, end)
        if result is None and last and last["feedback"] != "NOT_HELPFUL":
            picked = set().union(*(offered.get(each["id"], set()) for each in row["said"]))
            was_picked = last["source"] == "FAQ" and last["entry_id"] in picked
            result = "SUGGESTION" if was_picked else last["source"]
        if result is None and is_last:
            result = "UNANSWERED"
        if result is not None:
            found.append((group, result, last))
            group = []
    return found


def passed_on(tables, conversation, row, end):
    """Whether a question became a ticket or a custom question before a moment."""
    for ticket in tables_by(tables, "ticket", "conversation_id", conversation):
        if row["at"] <= ticket["opened_at"] and ticket["opened_at"] < end:
            return "TICKET"
    if tables_by(tables, "customquestion", "message_id", row["id"]):
        return "CUSTOM"
    for custom in tables_by(tables, "customquestion", "conversation_id", conversation):
        in_time = row["at"] <= custom["opened_at"] and custom["opened_at"] < end
        if in_time and not custom["message_id"]:
            return "CUSTOM"
    return None


def tables_by(tables, name, column, value):
    """Rows of a table with a value, by an index that is made once."""
    index = tables.setdefault(f"{name} by {column}", {})
    if not index:
        index[None] = []
        for row in tables[name]:
            if row[column]:
                index.setdefault(row[column], []).append(row)
    return index.get(value, [])


def about(row):
    """What an answer is about."""
    if row["source"] == "FAQ":
        return ("entry", row["entry_id"])
    topic = row["decision"].get("topic")
    return ("facts", topic) if row["source"] == "FACTS" and topic else None


def count_question(tally, row):
    """One question with what was said to it."""
    at, language = row["at"], row["language"]
    tally.plus(at, language, "questions")
    tally.plus(at, language, "replies/" + (row["said"][0]["source"] if row["said"] else "NONE"))
    if row["said"] and row["said"][0]["latency_ms"] is not None:
        first = row["said"][0]
        tally.plus(at, language, f"milliseconds/{first['source']}/{first['latency_ms']}")
    for each in row["said"]:
        is_entry = each["source"] == "FAQ"
        if is_entry:
            tally.plus(at, language, f"entries/{each['entry_id']}/given")
        if each["feedback"]:
            tally.plus(at, language, f"thumbs/{each['source']}/{each['feedback']}")
        if each["feedback"] and is_entry:
            tally.plus(at, language, f"entries/{each['entry_id']}/{each['feedback']}")


def count_episodes(tally, tables, episodes, category, now):
    """Outcomes, and what became of answers."""
    tables["episodes"] = episodes
    for each in episodes:
        at, language, final = each["start"], each["language"], each["final"]
        tally.plus(at, language, "episodes")
        tally.plus(at, language, f"outcomes/{each['result']}")
        if each["rejected"]:
            tally.plus(at, language, "rejected")
        if final is None:
            continue
        topic = category.get(final["entry_id"]) if final["entry_id"] else None
        tally.plus(at, language, f"topics/{topic or final['source']}")
        returns = []
        if each["user"]:
            own = about(final)
            returns = [
                other["start"]
                for other in tables_by(tables, "episodes", "user", each["user"])
                if other is not each and own in other["about"] and other["start"] >= final["at"]
            ]
            for ticket in tables_by(tables, "ticket", "user_id", each["user"]):
                may_be = not ticket["topic_id"] or not topic or ticket["topic_id"] == topic
                if may_be and ticket["opened_at"] >= final["at"]:
                    returns.append(ticket["opened_at"])
        within = lambda time: any(at - final["at"] <= time for at in returns)  # noqa: E731, B023
        if final["feedback"] == "HELPFUL":
            standing = "CONFIRMED"
        elif within(HOURS_24):
            standing = "RETURNED"
        else:
            standing = "ASSUMED" if now - final["at"] >= HOURS_24 else "PENDING"
        if within(DAYS_7):
            lasting = "NOT_DURABLE"
        else:
            lasting = "DURABLE" if now - final["at"] >= DAYS_7 else "PENDING"
        tally.plus(at, language, f"standings/{standing}")
        tally.plus(at, language, f"durability/{each['result']}/{lasting}")


def count_people(tally, tables):
    """Tickets, custom questions and ratings."""
    tickets = {row["id"]: row for row in tables["ticket"]}
    for row in tables["ticket"]:
        tally.plus(row["opened_at"], row["language"], "tickets")
        if row["first_answer_at"] is not None:
            wait = (row["first_answer_at"] - row["opened_at"]) // SECOND
            tally.plus(row["opened_at"], row["language"], f"seconds/TICKET/{wait}")
    for row in tables["customquestion"]:
        tally.plus(row["opened_at"], row["language"], "custom_questions")
        if row["answered_at"] is not None:
            wait = (row["answered_at"] - row["opened_at"]) // SECOND
            tally.plus(row["opened_at"], row["language"], f"seconds/CUSTOM/{wait}")
    for row in tables["satisfactionrating"]:
        ticket = tickets[row["ticket_id"]]
        group = "after_help" if ticket["conversation_id"] else "direct"
        path = f"satisfaction/{group}/"
        tally.plus(row["at"], ticket["language"], path + "ratings")
        tally.plus(row["at"], ticket["language"], path + "points", row["score"])
        if row["score"] in (4, 5):
            tally.plus(row["at"], ticket["language"], path + "satisfied")


def percentile_95(times):
    """The smallest time that at least 95 in 100 do not exceed, of a list of all times."""
    ordered = sorted(times)
    return next(time for time in ordered if (bisect_right(ordered, time)) / len(ordered) >= 0.95)


def bisect_right(ordered, time):
    """How many do not exceed a time."""
    return bisect_left(ordered, time + 1)


def flat(figures, path=""):
    """Nested figures as paths, to compare."""
    found = {}
    for name, value in figures.items():
        if isinstance(value, dict):
            found |= flat(value, f"{path}{name}/")
        else:
            found[path + name] = value
    return found
