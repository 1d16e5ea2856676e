"""Import and export: the same again, all or nothing, and hostile files are refused."""

import csv
import io
import random
import string

import pytest
from django.core.management import CommandError, call_command

from chatbot.faq import interchange, reading, records, services, writing
from chatbot.models import FaqEntry, FaqPhrasing, FaqText, FaqVersion
from conftest import NOON, make_staff

YAML = """
- category: Things
  entries:
    - key: widget
      EN: {question: What is a widget?, answer: A thing.}
      HI: {question: विजेट क्या है?, answer: एक चीज़।}
      phrasings:
        EN: [tell me about widgets, "=1+1"]
"""


def rows():
    return [model.objects.count() for model in (FaqEntry, FaqVersion, FaqText, FaqPhrasing)]


def imported(text, name="faq.yaml"):
    return interchange.import_file(data=text.encode(), name=name, by=None)


def publish_all():
    for version in FaqVersion.objects.filter(state="DRAFT"):
        services.publish(version=version, by=None, at=NOON)


@pytest.mark.django_db
def test_an_import_makes_drafts_and_phrasings():
    """Nothing is shown before it is published; a second import changes nothing."""
    result = imported(YAML)
    assert (result.entries, result.drafts, result.phrasings) == (1, 1, 2)
    assert FaqVersion.objects.get().state == "DRAFT"
    publish_all()
    before = rows()
    result = imported(YAML)
    assert (result.entries, result.drafts, result.phrasings) == (0, 0, 0)
    assert rows() == before


@pytest.mark.parametrize(
    ("write", "name"), [(writing.as_yaml, "faq.yaml"), (writing.as_csv, "faq.csv")]
)
@pytest.mark.usefixtures("faq")
def test_what_is_exported_can_be_imported(write, name):
    """All texts and phrasings come back equal; no draft is made of what did not change."""
    exported = interchange.export_records()
    text = write(exported)
    again = reading.read_file(text.encode(), name=name)

    def content(categories):
        return {
            entry.key: (category.title, entry.texts, sorted(entry.phrasings))
            for category in categories
            for entry in category.entries
        }

    assert content(again) == content(exported)
    assert (imported(text, name).drafts, imported(text, name).phrasings) == (0, 0)


@pytest.mark.usefixtures("faq")
def test_the_export_has_a_fixed_number_of_queries(django_assert_max_num_queries):
    """It does not grow with the entries."""
    with django_assert_max_num_queries(4):
        assert len(interchange.export_records()) == 6


@pytest.mark.django_db
def test_another_program_reads_the_csv():
    """Python's reader for spreadsheets finds the columns, and no cell that would be run."""
    imported(YAML)
    publish_all()
    text = writing.as_csv(interchange.export_records())
    table = list(csv.DictReader(io.StringIO(text)))
    assert [(row["key"], row["language"]) for row in table] == [("widget", "EN"), ("widget", "HI")]
    assert table[0]["phrasings"] == "tell me about widgets\n=1+1"
    assert not any(
        cell.startswith(reading.FORMULA_STARTS) for row in table for cell in row.values()
    )


@pytest.mark.parametrize("cell", ["=1+1", "'=1", "''=x", "-a", "plain", "'quoted'", "@x", ""])
def test_guarded_cells_come_back(cell):
    """The guard against formulas is taken off again, whatever the text is."""
    assert reading.without_formula_guard(writing.guarded(cell)) == cell


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\n" + "- *b\n" * 3
HOSTILE = {
    "alias": ("- category: &x Things\n  entries: *x\n", 1),
    "bomb": (BOMB, 1),
    "object": ("- category: !!python/object/apply:os.system ['id']\n", 1),
    "tag": ("- !thing\n  category: x\n", 1),
    "deep": ("[" * 3000 + "]" * 3000, 1),
    "not a list": ("category: x\n", 1),
    "two keys": (YAML + YAML.replace("Things", "Other").lstrip("\n"), 11),
    "unknown field": ("- category: A\n  colour: red\n  entries: []\n", 2),
    "no english": (
        "- category: A\n  entries:\n    - key: a\n      HI: {question: क्या, answer: यह}\n",
        3,
    ),
    "long question": (
        "- category: A\n  entries:\n    - key: a\n      EN: {question: "
        + "x" * 201
        + ", answer: b}\n",
        4,
    ),
    "twice": ("- category: A\n  category: B\n  entries: []\n", 2),
    "key with a space": ("- category: A\n  entries:\n    - key: a b\n", 3),
    "threshold": ("- category: A\n  answer_threshold: 0.1\n  entries: []\n", 2),
    "not yaml": ("- category: [\n", 2),
    "empty": ("", 0),
    "nul": ("- category: A\x00\n", 1),
    "csv header": ("category,key\nA,b\n", 1),
    "csv cells": ("category,key,language,question,answer,phrasings\nA,b,EN\n", 2),
    "csv language": ("category,key,language,question,answer,phrasings\nA,b,FR,q,a,\n", 2),
    "csv quote": ('category,key,language,question,answer,phrasings\n"A,b,EN,q,a,\n', 2),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.django_db
def test_hostile_and_faulty_files_are_refused_by_line(name):
    """Each fault is named with its line, and nothing of the file is in the database."""
    text, line = HOSTILE[name]
    with pytest.raises(records.InvalidFaqFile) as refused:
        imported(text, name="")
    assert line in {fault.line for fault in refused.value.faults}
    assert rows() == [0, 0, 0, 0]


@pytest.mark.django_db
def test_all_or_nothing():
    """An entry that cannot be imported leaves none of the others either."""
    imported(YAML)
    publish_all()
    before = rows()
    taken = YAML.replace("key: widget", "key: gadget").replace("What is a widget?", "What else?")
    more = (
        taken
        + "\n- category: More\n  entries:\n    - key: fine\n      EN: {question: A, answer: B}\n"
    )
    with pytest.raises(records.InvalidFaqFile, match="Line 4: gadget: “widget” is asked"):
        imported(more)
    assert rows() == before


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"x" * (records.MAX_BYTES + 1)])
def test_bytes_that_are_no_text_or_too_many_are_refused(data):
    """The size is looked at before anything is decoded or parsed."""
    with pytest.raises(records.InvalidFaqFile):
        reading.read_file(data)


def test_random_files_are_read_or_refused():
    """Whatever 1,500 damaged files hold: an answer or a refusal with lines, never another error."""
    chosen, refusals = random.Random(16), []
    alphabet = string.printable + "अकख०\u202e\x00&*!<>{}[]"
    for _ in range(1500):
        text = list(YAML if chosen.random() < 0.7 else 'category,key,language,question\n"a",\'b\n')
        for _ in range(chosen.randrange(1, 12)):
            place = chosen.randrange(len(text))
            act = chosen.randrange(3)
            if act == 0:
                text[place] = chosen.choice(alphabet)
            elif act == 1:
                text.insert(place, chosen.choice(alphabet) * chosen.randrange(1, 4))
            elif len(text) > 1:
                del text[place]
        try:
            reading.read_file("".join(text).encode())
        except records.InvalidFaqFile as refused:
            refusals.append(refused)
    assert refusals
    assert all(refused.faults for refused in refusals)


@pytest.mark.django_db
def test_commands(tmp_path, capsys):
    """`import_faq` and `export_faq` do the same from the shell, and name faults by line."""
    path = tmp_path / "in.yaml"
    path.write_text(YAML)
    meera = make_staff("Meera", "support")
    call_command("import_faq", path, by=meera.email, publish=True)
    out = tmp_path / "out.csv"
    call_command("export_faq", out)
    assert "widget" in out.read_text()
    path.write_text("- category: A\n  entries:\n    - key: a b\n")
    with pytest.raises(CommandError, match="Line 3"):
        call_command("import_faq", path)
    with pytest.raises(CommandError, match="no member of support"):
        call_command("import_faq", path, by="nobody@example.com")
