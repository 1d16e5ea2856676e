"""What the machine hears in the recordings of `data/speech`, and the levels that it gives.

The recordings are synthetic voices speaking our texts (`data/speech/SOURCES.md`), so the figures
show that the parts work together, not how people with an Indian accent fare.
`bench/assessment_speech.py -v` prints each recording.
"""

import re
import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

import yaml
from _harness import report
from rapidfuzz.distance import Levenshtein

from proctoring.grading.speech import decoding, whisper
from proctoring.grading.speech.decoding import Sound
from proctoring.grading.speech.evaluation import evaluate_recording
from proctoring.grading.speech.pronunciation import phoneme_errors

DATA = Path(__file__).parent / "data" / "speech"
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
LOWEST, WIDTH = -3.0, 1.2
VERBOSE = "-v" in sys.argv
#: Spellings and figures that Whisper may write for the same words.
SPELLINGS = {"travelled": "traveled", "9": "nine", "6": "six", "programme": "program"}


def words_of(text: str) -> list[str]:
    plain = re.sub(r"[^\w\s']", " ", text.lower())
    return [SPELLINGS.get(word, word) for word in plain.split()]


def sound(name: str) -> Sound:
    return decoding.decode((DATA / name).read_bytes())


def say(*words: object) -> None:
    if VERBOSE:
        print(*words)


def recognition(texts: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Words and phonemes of clear voices, of foreign rules, and of another text."""
    recogniser, wrong, clear, other, foreign = whisper.installed_recogniser(), [], [], [], []
    spent = seconds = 0.0
    for path in sorted(DATA.glob("clear-*.opus")):
        text, recording = texts["clear"][int(path.stem[-1])], sound(path.name)
        began = time.process_time()
        heard = recogniser.recognise(recording)
        clear.append(phoneme_errors(recording, text))
        spent, seconds = spent + time.process_time() - began, seconds + recording.seconds
        said = words_of(text)
        wrong.append(Levenshtein.distance(said, words_of(heard.text)) / len(said))
        other.append(phoneme_errors(recording, texts["other"]))
        say(path.stem, round(wrong[-1], 3), round(clear[-1], 3), round(other[-1], 3), heard.text)
    for path in sorted(DATA.glob("foreign-*.opus")):
        foreign.append(phoneme_errors(sound(path.name), texts["clear"][int(path.stem[-1])]))
        say(path.stem, round(foreign[-1], 3))
    return {
        "words_wrong": (mean(wrong), 0.05),
        "cpu_per_second": (spent / seconds, 0.35),
        "phonemes_wrong_clear": (mean(clear), 0.10),
        "phonemes_right_foreign": (1 - mean(foreign), 0.70),
        "phonemes_right_other_text": (1 - mean(other), 0.20),
    }


def other_languages(texts: dict[str, Any]) -> int:
    """How many recordings in another language got a score."""
    task, scored = texts["tasks"]["agent"], 0
    for path in sorted(DATA.glob("language-*.opus")):
        found = evaluate_recording(sound(path.name), task["text"], {"points": task["points"]})
        scored += not found.needs_person
        say(path.stem, found.score, found.transcript)
    return scored


def answers(texts: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """The levels of answers, and their order."""
    marks: dict[str, list[float]] = {level: [] for level in LEVELS}
    errors, exact, near, unscored = [], 0, 0, 0
    for answer in texts["answers"]:
        level, task = answer["level"], texts["tasks"][answer["task"]]
        name = f"answer-{level.lower()}-{answer['task']}"
        found = evaluate_recording(sound(f"{name}.opus"), task["text"], {"points": task["points"]})
        say(name, found.score, found.fluency and found.fluency.as_json())
        say("   ", found.pronunciation and found.pronunciation.as_json())
        say("   ", found.language and (found.language.criteria, found.language.reasons))
        say("   ", found.transcript)
        if found.score.ability is None:
            unscored += 1
            continue
        truth = LEVELS.index(level)
        mark = (found.score.ability - LOWEST) / WIDTH
        marks[level].append(mark)
        errors.append((mark - truth) ** 2)
        off = abs(min(5, max(0, round(mark))) - truth)
        exact, near = exact + (off == 0), near + (off <= 1)
    means = [mean(marks[level]) for level in LEVELS if marks[level]]
    print("mean mark of each level:", [round(each, 2) for each in means])
    scored = len(texts["answers"]) - unscored
    return {
        "levels_out_of_order": (sum(one >= two for one, two in pairwise(means)), 0),
        "answers_not_exact": (1 - exact / scored, 0.40),
        "answers_not_adjacent": (1 - near / scored, 0.10),
        "answers_rmse_levels": (mean(errors) ** 0.5, 0.8),
        "answers_for_a_person": (unscored, 2),
    }


def main() -> None:
    texts = yaml.safe_load((DATA / "texts.yaml").read_text())
    print(whisper.installed_recogniser().name)
    figures = recognition(texts) | answers(texts)
    report(figures | {"other_languages_scored": (other_languages(texts), 0)})


if __name__ == "__main__":
    main()
