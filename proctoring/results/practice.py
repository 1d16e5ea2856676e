"""What to practise next, by skill, level and criterion, in plain words. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NAMES = {
    "LISTENING": "Listening",
    "READING": "Reading",
    "USE": "Use of English",
    "SPEAKING": "Speaking",
    "WRITING": "Writing",
}
#: At most so many pieces of advice: the weakest first.
MOST = 4
#: By skill, for the levels A1 and A2, B1 and B2, C1 and C2.
BY_SKILL: dict[str, tuple[str, str, str]] = {
    "LISTENING": (
        "Listen to short talks about daily life with the text beside you, then without it.",
        "Listen to calls and interviews once, and note who wants what, by when and why.",
        "Listen to fast discussions in several accents, and note what is meant but not said.",
    ),
    "READING": (
        "Read short messages and notices every day. Look for names, times and what is asked.",
        "Read e-mails and news reports. After each paragraph, say its point in one sentence.",
        "Read opinion pieces. Mark where the writer hints at something or changes the view.",
    ),
    "USE": (
        "Practise the present, past and future of common verbs, and in, on, at, to and for.",
        "Practise the perfect tenses, conditionals, the passive and verbs with prepositions.",
        "Practise fixed expressions, inversion, and choosing between words of similar meaning.",
    ),
    "SPEAKING": (
        "Speak for one minute about your day, record it, and listen to it once.",
        "Explain a problem and its solution aloud in one minute, with a beginning and an end.",
        "Argue for a view in two minutes, give reasons, and answer one objection.",
    ),
    "WRITING": (
        "Write three or four full sentences a day: who, what, when and why.",
        "Write short e-mails to a customer. Check that each question of theirs is answered.",
        "Write replies to difficult customers. Then cut every word that adds nothing.",
    ),
}
BY_CRITERION: dict[str, str] = {
    "grammar": "Read your text once more only for grammar: verb forms, articles, prepositions.",
    "range": "Learn words in groups, and say the same thing in two different ways.",
    "coherence": "Link your sentences: because, although, so that, on the other hand, finally.",
    "task": "Before you begin, list what the task asks for. Tick each point when it is done.",
    "fluency": "Speak in longer pieces. Pause between thoughts, not inside them.",
    "pronunciation": "Repeat sentences after a recording, and copy where the stress lies.",
}


@dataclass(frozen=True)
class Advice:
    """One thing to practise, and where it comes from."""

    skill: str
    criterion: str
    text: str

    @property
    def name(self) -> str:
        """What the advice is about, in words."""
        skill = NAMES.get(self.skill, self.skill.title())
        return f"{skill}, {self.criterion}" if self.criterion else skill


def advice_for(
    skills: Sequence[tuple[str, str, float]],
    criteria: Mapping[str, Mapping[str, float]],
) -> list[Advice]:
    """What to practise.

    `skills` are name, level and ability; `criteria` are the marks from 0 to 5 of the spoken and
    written answers, by skill. First come the two weakest skills, then the weakest criteria.
    """
    weakest = sorted(skills, key=lambda row: row[2])[:2]
    found = [
        Advice(skill, "", BY_SKILL[skill][_band(level)])
        for skill, level, _ in weakest
        if skill in BY_SKILL
    ]
    marks = sorted(
        (mark, skill, name)
        for skill, named in criteria.items()
        for name, mark in named.items()
        if name in BY_CRITERION
    )
    named: set[str] = set()
    for _, skill, name in marks:
        if name not in named and len(found) < MOST:
            named.add(name)
            found.append(Advice(skill, name, BY_CRITERION[name]))
    return found


def _band(level: str) -> int:
    return "ABC".index(level[:1] or "A")
