"""The seeded listening and speaking items, and the clips that go with them."""

import hashlib
import re
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from pathlib import Path
from statistics import mean
from typing import Any

import av
import pytest
from rapidfuzz import fuzz

import proctoring.item_bank
from hitouch.core.files.yaml_files import load_yaml

BANK = Path(proctoring.item_bank.__file__).parent
CLIPS = BANK / "clips"
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
LISTENING = load_yaml(BANK / "data" / "listening.yaml")["items"]
SPEAKING = load_yaml(BANK / "data" / "speaking.yaml")["items"]
MANIFEST = load_yaml(CLIPS / "manifest.yaml")


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def _script(item: dict[str, Any]) -> str:
    return " ".join(turn["text"] for turn in item["script"])


def _wrong(item: dict[str, Any]) -> list[str]:
    return [text for name, text in item["options"].items() if name != item["key"]]


def _right(item: dict[str, Any]) -> str:
    return str(item["options"][item["key"]])


@pytest.mark.parametrize(
    ("items", "kind", "each"), [(LISTENING, "AUDIO_MCQ", 10), (SPEAKING, "SPEAKING", 5)]
)
def test_every_level_has_its_items(items, kind, each):
    """Each level has the same number of items, of one kind, with codes of their own."""
    assert Counter(item["level"] for item in items) == dict.fromkeys(LEVELS, each)
    assert {item["kind"] for item in items} == {kind}
    codes = [item["code"] for item in items]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[ls]-[abc][12]-\d\d", code) for code in codes)


def test_topics_are_spread_over_the_levels():
    """At least eight topics, none of which fills a third of the items of a level."""
    for items in (LISTENING, SPEAKING):
        assert len({item["topic"] for item in items}) >= 8
        assert all(re.fullmatch(r"[a-z-]{3,40}", item["topic"]) for item in items)
        for level in LEVELS:
            topics = Counter(item["topic"] for item in items if item["level"] == level)
            assert max(topics.values()) <= 3


def test_keys_are_balanced():
    """Each letter is right for 20 to 30 in 100 items, and for at most 4 of 10 of one level."""
    keys = Counter(item["key"] for item in LISTENING)
    assert set(keys) == set("abcd")
    assert all(0.2 <= count / len(LISTENING) <= 0.3 for count in keys.values())
    for level in LEVELS:
        some = Counter(item["key"] for item in LISTENING if item["level"] == level)
        assert max(some.values()) <= 4


def test_options_are_four_different_texts():
    """Each item has the options a to d, of which no two are alike."""
    for item in LISTENING:
        assert list(item["options"]) == list("abcd"), item["code"]
        assert len({text.casefold() for text in item["options"].values()}) == 4, item["code"]
        assert not any("all of" in o.lower() or "none of" in o.lower() for o in _wrong(item))


@pytest.mark.parametrize("choose", [max, min])
def test_length_does_not_give_the_answer_away(choose):
    """The right option is the only longest, or the only shortest, in at most 40 of 100 items."""
    telling = 0
    for item in LISTENING:
        lengths = [len(text) for text in _wrong(item)]
        right = len(_right(item))
        telling += right not in lengths and choose([right, *lengths]) == right
    assert telling / len(LISTENING) <= 0.4


def test_words_heard_do_not_give_the_answer_away():
    """Choosing the option with the most words of the clip finds at most half of the answers."""
    found = 0.0
    for item in LISTENING:
        heard = set(_words(_script(item)))
        shares = {
            name: mean(word in heard for word in _words(text))
            for name, text in item["options"].items()
        }
        best = [name for name, share in shares.items() if share == max(shares.values())]
        found += (item["key"] in best) / len(best)
    assert found / len(LISTENING) <= 0.5


@pytest.mark.parametrize("items", [LISTENING, SPEAKING], ids=["listening", "speaking"])
def test_no_item_is_written_twice(items):
    """No two items say the same in slightly other words."""
    texts = {
        item["code"]: " ".join(
            [item["text"], item.get("passage", ""), *(t["text"] for t in item.get("script", []))]
        )
        for item in items
    }
    alike = [
        (one, two)
        for one, two in combinations(texts, 2)
        if fuzz.token_sort_ratio(texts[one], texts[two]) >= 85
    ]
    assert alike == []


def test_items_that_must_not_meet_name_each_other():
    """An exclusion stands with both items, and both exist."""
    excludes = {item["code"]: set(item.get("excludes", [])) for item in LISTENING}
    for code, others in excludes.items():
        assert code not in others
        assert all(code in excludes[other] for other in others), code


def test_scripts_grow_with_the_level():
    """A higher level hears more words, spoken faster; the shortest B1 is longer than any A1."""
    words, pace = defaultdict(list), defaultdict(list)
    for item in LISTENING:
        count = len(_words(_script(item)))
        words[item["level"]].append(count)
        pace[item["level"]].append(60 * count / MANIFEST[item["code"]]["seconds"])
    lengths = [mean(words[level]) for level in LEVELS]
    paces = [mean(pace[level]) for level in LEVELS]
    assert lengths == sorted(lengths)
    assert paces == sorted(paces)
    for low, high in zip(LEVELS, LEVELS[2:], strict=False):
        assert max(words[low]) < min(words[high])


def test_voices_vary():
    """At least four women's and four men's voices; a dialogue has two; a turn is one voice's."""
    speakers = {turn["voice"] for item in LISTENING for turn in item["script"]}
    assert min(Counter(name[1] for name in speakers)[sex] for sex in "fm") >= 4
    for item in LISTENING:
        names = [turn["voice"] for turn in item["script"]]
        assert len(set(names)) == min(len(names), 2), item["code"]
        assert all(one != two for one, two in pairwise(names)), item["code"]


def test_plays_are_one_or_two():
    """A clip is heard twice; only at C1 and C2 some are heard once."""
    once = [item for item in LISTENING if item["plays"] == 1]
    assert {item["plays"] for item in LISTENING} == {1, 2}
    assert {item["level"] for item in once} <= {"C1", "C2"}


def test_numbers_are_written_as_they_are_spoken():
    """A voice and a recogniser read digits and signs in different ways: scripts have none."""
    for item in LISTENING:
        assert re.fullmatch(r"[A-Za-z',.?! -]+", _script(item)), item["code"]


def test_each_script_has_its_clip():
    """Each item's clip is there as the manifest says, and was made from the present script."""
    assert set(MANIFEST) == {item["code"] for item in LISTENING}
    assert {path.stem for path in CLIPS.glob("*.m4a")} == set(MANIFEST)
    for item in LISTENING:
        facts = MANIFEST[item["code"]]
        content = (CLIPS / f"{item['code']}.m4a").read_bytes()
        lines = "\n".join(f"{turn['voice']}: {turn['text']}" for turn in item["script"])
        assert hashlib.sha256(content).hexdigest() == facts["sha256"], item["code"]
        assert hashlib.sha256(lines.encode()).hexdigest() == facts["script"], (
            f"{item['code']}: the script has changed; run tools/make_listening_clips.py"
        )
        assert len(content) == facts["bytes"]
        assert facts["voices"] == list(dict.fromkeys(turn["voice"] for turn in item["script"]))


def test_clips_are_small_and_play():
    """A clip is mono AAC, 5 to 60 seconds, as long as the manifest says; all are below 4 MiB."""
    for code, facts in MANIFEST.items():
        assert 5 <= facts["seconds"] <= 60, code
        assert 1_500 <= facts["bytes"] / facts["seconds"] <= 4_000, code
        with av.open(str(CLIPS / f"{code}.m4a")) as clip:
            (stream,) = clip.streams
            assert (stream.codec_context.name, stream.codec_context.channels) == ("aac", 1)
            assert clip.duration is not None
            assert clip.duration / av.time_base == pytest.approx(facts["seconds"], abs=0.3)
    assert sum(facts["bytes"] for facts in MANIFEST.values()) <= 4 * 1024**2


def test_speaking_times_suit_the_level():
    """20 to 60 seconds to speak, 15 to 60 to prepare, never less at a higher level."""
    times = defaultdict(list)
    for item in SPEAKING:
        assert 20 <= item["seconds"] <= 60
        assert 15 <= item["preparation_seconds"] <= 60
        times[item["level"]].append(item["seconds"])
    means = [mean(times[level]) for level in LEVELS]
    assert means == sorted(means)


def test_model_answers_can_be_said_in_time():
    """A model answer is spoken calmly in the time given; 3 to 5 points say what it contains."""
    for item in SPEAKING:
        pace = 60 * len(_words(item["model_answer"])) / item["seconds"]
        assert 45 <= pace <= 170, item["code"]
        assert 3 <= len(item["expected"]) <= 5, item["code"]


def test_only_beginners_read_aloud():
    """A passage that is the model answer is to be read aloud: at A1 and A2 only."""
    read = {item["level"] for item in SPEAKING if item.get("passage") == item["model_answer"]}
    assert read == {"A1", "A2"}
