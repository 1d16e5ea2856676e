"""The reading, use of English and writing items of the seed bank, read from their files."""

import re
from collections import Counter
from functools import cache
from itertools import combinations, permutations
from pathlib import Path
from statistics import mean
from typing import Any

import cefrpy
import harper
import pytest
import yaml
from rapidfuzz import fuzz

Item = dict[str, Any]

DATA = Path(__file__).parents[2] / "item_bank" / "data"
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
FILES = {"READING_MCQ": "reading", "FILL_BLANK": "use_of_english", "WRITING": "writing"}
PREFIXES = {"READING_MCQ": "r", "FILL_BLANK": "f", "WRITING": "w"}
COUNTS = {"READING_MCQ": 10, "FILL_BLANK": 10, "WRITING": 5}
FIELDS = {
    "READING_MCQ": {"code", "level", "topic", "passage", "text", "options", "key"},
    "FILL_BLANK": {"code", "level", "topic", "text", "accepted"},
    "WRITING": {
        *("code", "level", "topic", "passage", "text", "min_words", "max_words"),
        *("expected", "model_answer"),
    },
}
KINDS = pytest.mark.parametrize("kind", FILES)
GAP = "___"
#: The note that ends the text of a gap, and how many words it allows.
NOTE = re.compile(r" \((One word|Two words|One or two words|Two or three words)(: [^)]*)?\.\)$")
ALLOWED = {
    "One word": {1},
    "Two words": {2},
    "One or two words": {1, 2},
    "Two or three words": {2, 3},
}
#: Words that say nothing about what a text is about, or how hard it is.
FUNCTION_WORDS = set(
    re.findall(
        r"\w+",
        "a an the of to in on at for with by and or but is are was were be been it its that this "
        "these those he she his her him they them their who which what when where why how does do "
        "did no not than as one from i you we us our your my me if so have has had will would can "
        "could there then because am any all some cannot",
    )
)


@cache
def bank(kind: str) -> list[Item]:
    loaded = yaml.safe_load((DATA / f"{FILES[kind]}.yaml").read_text())
    assert loaded["kind"] == kind
    items: list[Item] = loaded["items"]
    return items


def everything() -> list[Item]:
    return [item for kind in FILES for item in bank(kind)]


def at(kind: str, level: str) -> list[Item]:
    return [item for item in bank(kind) if item["level"] == level]


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9₹]+(?:['-][A-Za-z0-9]+)*", text)


def plain(text: str) -> str:
    return " ".join(words(text)).lower()


def question(item: Item) -> str:
    """What the candidate reads before answering, without the note on the number of words."""
    return f"{item.get('passage', '')} {NOTE.sub('', item['text'])}".strip()


def sentence(item: Item, answer: str) -> str:
    """The sentence of a gap with an answer in it."""
    return re.sub(rf"{GAP}( \([a-z ]+\))?", answer, NOTE.sub("", item["text"]))


def content_words(text: str) -> set[str]:
    stems = (re.sub(r"(ing|ed|es|s|'s)$", "", word.lower()) for word in words(text))
    return {stem for stem in stems if stem not in FUNCTION_WORDS}


@KINDS
def test_counts_per_level(kind):
    """Each kind has the same number of items at every level."""
    found = Counter(item["level"] for item in bank(kind))
    assert found == dict.fromkeys(LEVELS, COUNTS[kind])


@KINDS
def test_fields(kind):
    """An item has the fields of its kind, and none that nobody reads."""
    for item in bank(kind):
        assert set(item) - {"excludes"} == FIELDS[kind], item["code"]
        assert all(value for value in item.values()), item["code"]


def test_codes():
    """A code is unique in the bank and names the kind and the level of its item."""
    codes = [item["code"] for item in everything()]
    assert len(codes) == len(set(codes)) == 150
    for kind in FILES:
        for item in bank(kind):
            start = f"{PREFIXES[kind]}-{item['level'].lower()}-"
            assert re.fullmatch(rf"{start}\d\d", item["code"]), item["code"]


@KINDS
def test_topics_are_spread(kind):
    """Topics are slugs; a level has many of them, and no topic stands for a whole level."""
    for item in bank(kind):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", item["topic"])
        assert len(item["topic"]) <= 40
    for level in LEVELS:
        topics = Counter(item["topic"] for item in at(kind, level))
        assert max(topics.values()) == 1
    assert len({item["topic"] for item in bank(kind)}) >= 8


def test_excluded_items_exist():
    """Items that must not meet name each other."""
    excludes = {item["code"]: item.get("excludes", []) for item in everything()}
    for code, others in excludes.items():
        for other in others:
            assert other != code
            assert code in excludes[other], code


def test_key_is_an_option():
    """A choice has the options a to d, and its key is one of them."""
    for item in bank("READING_MCQ"):
        assert list(item["options"]) == ["a", "b", "c", "d"]
        assert all(isinstance(text, str) for text in item["options"].values())
        assert item["key"] in item["options"]


def test_keys_are_balanced():
    """No letter is right much more often than another."""
    keys = Counter(item["key"] for item in bank("READING_MCQ"))
    assert all(0.2 <= keys[letter] / 60 <= 0.3 for letter in "abcd"), keys


def chosen_share(score: Any, pick: Any) -> float:
    """How often the right option is the one a rule picks; a tie counts in equal parts."""
    hits = 0.0
    for item in bank("READING_MCQ"):
        scores = {key: score(item, text) for key, text in item["options"].items()}
        best = [key for key, value in scores.items() if value == pick(scores.values())]
        hits += (item["key"] in best) / len(best)
    return hits / len(bank("READING_MCQ"))


@pytest.mark.parametrize("pick", [max, min])
def test_length_does_not_give_the_key_away(pick):
    """Choosing the longest or the shortest option each time does not work."""
    assert chosen_share(lambda item, text: len(text), pick) <= 0.4


@pytest.mark.parametrize("pick", [max, min])
def test_shared_words_do_not_give_the_key_away(pick):
    """Choosing the option with the most, or the fewest, words of the passage does not work."""

    def shared(item: Item, text: str) -> int:
        return len(content_words(text) & content_words(item["passage"]))

    assert chosen_share(shared, pick) <= 0.45


def test_options_are_distinct():
    """No option says the same as another, or is a part of another."""
    for item in bank("READING_MCQ"):
        for one, other in permutations(item["options"].values(), 2):
            assert f" {plain(one)} " not in f" {plain(other)} ", item["code"]
            assert one[-1] not in ".!?", item["code"]


def test_gaps():
    """A text has exactly one gap, and its note says how many words the gap takes."""
    for item in bank("FILL_BLANK"):
        assert re.findall(r"_+", item["text"]) == [GAP], item["code"]
        note = NOTE.search(item["text"])
        assert note, item["code"]
        lengths = {len(answer.split()) for answer in item["accepted"]}
        assert lengths == ALLOWED[note[1]], item["code"]


def test_accepted_answers_are_complete_and_distinct():
    """No answer is listed twice; a contraction stands beside its long form, where words allow."""
    for item in bank("FILL_BLANK"):
        answers = {plain(answer) for answer in item["accepted"]}
        assert len(answers) == len(item["accepted"]), item["code"]
        for answer in answers:
            if "n't" in answer and " " in answer:
                assert answer.replace("n't", " not") in answers, item["code"]


def test_gap_is_not_answered_by_its_own_text():
    """A content word that fills the gap does not stand elsewhere in the text, hints apart."""
    for item in bank("FILL_BLANK"):
        present = set(plain(sentence(item, "")).split())
        answers = {word for answer in item["accepted"] for word in plain(answer).split()}
        assert not (answers - FUNCTION_WORDS) & present, item["code"]


def test_no_item_answers_the_gap_of_another():
    """The words around a gap, with its answer, stand in no other item that may be drawn with it."""
    shown = {
        item[
            "code"
        ]: f" {plain(question(item) + ' ' + ' '.join(item.get('options', {}).values()))} "
        for item in everything()
    }
    for item in bank("FILL_BLANK"):
        before, after = re.sub(r"\([a-z ]+\)", "", NOTE.sub("", item["text"])).split(GAP)
        for answer in item["accepted"]:
            near = [*words(before)[-1:], answer, *words(after)[:1]]
            found = {code for code, text in shown.items() if f" {plain(' '.join(near))} " in text}
            assert found <= set(item.get("excludes", [])), item["code"]


def test_writing_limits():
    """A task asks for more words at higher levels, and its model answer keeps to the limits."""
    for item in bank("WRITING"):
        count = len(item["model_answer"].split())
        assert item["min_words"] <= count <= item["max_words"], (item["code"], count)
        assert 3 <= len(item["expected"]) <= 5
    limits = [{(i["min_words"], i["max_words"]) for i in at("WRITING", level)} for level in LEVELS]
    assert all(len(pairs) == 1 for pairs in limits)
    pairs = [pair for (pair,) in limits]
    assert pairs == sorted(pairs)
    assert [upper for _, upper in pairs] == sorted(upper for _, upper in pairs)


def test_model_answer_is_not_copied():
    """A model answer is written in its own words: few runs of four words come from the task."""
    for item in bank("WRITING"):
        given = f" {plain(question(item))} "
        answer = plain(item["model_answer"]).split()
        runs = [" ".join(answer[start : start + 4]) for start in range(len(answer) - 3)]
        assert mean(f" {run} " in given for run in runs) <= 0.1, item["code"]


def test_passages_grow_with_the_level():
    """A passage to read is longer at each level, and short enough to be read in the time."""
    lengths = [[len(words(i["passage"])) for i in at("READING_MCQ", level)] for level in LEVELS]
    means = [mean(counts) for counts in lengths]
    assert means == sorted(set(means))
    assert max(max(counts) for counts in lengths) <= 125


def shown_words(item: Item) -> str:
    if "accepted" in item:
        return sentence(item, item["accepted"][0])
    if "expected" in item:
        return str(item["model_answer"])
    return f"{item['passage']} {' '.join(item['options'].values())}"


@cache
def ordinary_words() -> frozenset[str]:
    """The words that stand somewhere without a capital, so that names are left out."""
    text = " ".join(f"{question(item)} {shown_words(item)}" for item in everything())
    return frozenset(word for word in words(text) if word[0].islower())


@KINDS
def test_vocabulary_grows_with_the_level(kind):
    """The mean CEFR level of the content words rises from each level to the next."""
    levels = cefrpy.CEFRAnalyzer()

    def difficulty(level: str) -> float:
        text = " ".join(shown_words(item) for item in at(kind, level))
        used = [word.lower() for word in words(text)]
        return mean(
            levels.get_average_word_level_float(word)
            for word in used
            if word not in FUNCTION_WORDS
            and word in ordinary_words()
            and levels.is_word_in_database(word)
        )

    means = [difficulty(level) for level in LEVELS]
    assert means == sorted(set(means)), means


def test_no_two_items_are_alike():
    """No item is another one in slightly different words."""
    texts = [(item["code"], question(item)) for item in everything()]
    alike = [
        (one, other)
        for (one, first), (other, second) in combinations(texts, 2)
        if fuzz.token_sort_ratio(first, second) >= 85
    ]
    assert not alike


#: American spellings; the bank is written in the English of India.
AMERICAN = re.compile(
    r"\b(?!(?:size|prize|seize|capsize)[ds]?\b)\w+(?:iz(?:e|ed|es|ing|ation)|yz(?:e|ed|es|ing))\b"
    r"|\b\w*(?:color|favor(?!ite)|honor|labor(?!ator)|neighbor|behavior)\w*"
    r"|\b(?:travel|cancel|label|model|total|signal)(?:ed|ing|er)\b"
    r"|\b(?:center|theater|meter|check(?:book)?|catalog|dialog|gray|program|favorite|skeptical)\b"
    r"|\b(?:gotten|fulfill|enroll|jewelry|mom|vacation|apartment|elevator)s?\b|\btoward\b",
    re.IGNORECASE,
)
#: Words of the list above that are also Indian English in the place where they stand.
NOT_AMERICAN = {"meter", "check"}


def test_spelling_is_indian():
    """Passages, questions, options and model answers use the spelling of India throughout."""
    for item in everything():
        text = f"{question(item)} {shown_words(item)}"
        found = {match[0].lower() for match in AMERICAN.finditer(text)}
        assert found <= NOT_AMERICAN, item["code"]


def written_texts(item: Item) -> list[str]:
    if "accepted" in item:
        return [sentence(item, answer) for answer in item["accepted"]]
    fields = [item["passage"], item["text"], *item.get("options", {}).values()]
    return [*fields, item["model_answer"]] if "model_answer" in item else fields


#: Rules of taste: C2 passages have long sentences on purpose, and lists go without a last comma.
TASTE = {"OxfordComma", "NoOxfordComma", "LongSentences"}


def test_no_mistakes():
    """A grammar checker finds nothing in any item, whichever accepted answer fills the gap."""
    linter = harper.Linter(harper.Dialect.INDIAN)
    linter.set_lint_config(dict.fromkeys(TASTE, False))
    texts = {text: item["code"] for item in everything() for text in written_texts(item)}
    found = [
        (code, lint.problem_text, lint.message)
        for text, code in texts.items()
        for lint in linter.lint(text)
        # The names of people and places are not in its dictionary.
        if not (lint.lint_kind == "Spelling" and lint.problem_text[0].isupper())
    ]
    assert not found
