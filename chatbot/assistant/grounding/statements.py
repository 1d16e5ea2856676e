"""Sentences that an answer may say only as an entry says them.

Promises, acts that were done, claims about the reader's account, negations, opposites, requests
for secrets, and words about the assistant itself.
"""

import re
from collections.abc import Sequence

from chatbot.assistant.grounding import words
from chatbot.assistant.grounding.quantities import quantities
from chatbot.assistant.grounding.words import plain

_FIRST_PERSON = re.compile(
    r"\b(?:i|im|me|my|mine|myself|let me|lets)\b"
    r"|\b(?:maine|mujhe|mujhko|mera|meri|mere|mujhse)\b"
    r"|\bmain\b.*\b(?:hoon|hun|hu|\w+unga|\w+ungi)\b|\b\w+(?:unga|ungi|oonga|oongi)\b"
    r"|(?:^| )(?:मैं|मैंने|मुझे|मेरा|मेरी|मेरे|मुझसे)(?: |$)|ंगा(?: |$)(?<=ूंगा)|ूंगी(?: |$)"
)
_DONE_BY_US = re.compile(
    r"\b(?:we|our team|support|the team|staff)(?: have| has)? (?:just |already |now )?"
    r"(?:have |has )?(?:\w+ed|sent|made|given|paid|taken|done|told|put)\b"
    r"|\b(?:humne|hamne|hum ne)\b|(?:^| )हमने(?: |$)"
    r"|\b(?:we are|were|we re|im|i am) \w+ing\b"
)
_FUTURE = re.compile(r"\b(?:will|shall|wont|going to) (?:\w+ly |not |also |then |be |soon )*(\w+)")
_HINDI_FUTURE = re.compile(
    r"\b(\w+?(?:enge|engi|ega|egi|ayenge|ayega|ayegi|aenge))\b"
    r"|(?:^| )(\S+?(?:ेंगे|ेंगी|ेगा|ेगी|ाएंगे|ाएंगी|ाएगा|ाएगी|एंगे|एगा|एगी))(?= |$|।)"
)
_MAYBE = re.compile(r"\b(?:can|may|might|could)\b")
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|once|until|unless|after|as soon as|before|whether|where|agar|jab|jaise"
    r"|yadi|hone par|ke baad|lautne par)\b|(?:^| )(?:अगर|यदि|जब|जैसे|बाद|पर|तो)(?: |$)"
)
_YOUR_STATE = re.compile(
    r"\byour (?:\w+ ){1,4}?(?:is|are|was|were|has|have|had|will be)\b"
    r"|\byou (?:have|had|are|were) "
    r"(?:now |already |just |been |being |currently |not |only |also )*"
    r"(?:\w+ed|used|been|sent|paid|taken|given|lost|eligible|in|out|late|free)\b"
    r"|\bit (?:is|has been|was) (?:now |already |not )*\w+ed\b"
)
_PREDICATE = re.compile(r"(?: \S+){0,2}")
_DONE_STATE = re.compile(
    r"\b(?:gaya|gayi|gaye|gai|chuka|chuki|chuke)\b(?: hai| hain)?"
    r"|\b(?:kar|bhej|de|bana|hata) (?:diya|di|diye)\b"
    r"|(?:^| )(?:गया|गई|गए|चुका|चुकी|चुके)(?: |$)|(?:^| )(?:कर|भेज|दे|बना|छोड) (?:दिया|दी|दिए)(?: |$)"
)
_SECRET = re.compile(
    r"\b(?:otp|pin|cvv|password|passcode|code|aadhaar number|aadhar number|card number"
    r"|account number|mpin|pan)\b|(?:^| )(?:ओटीपी|पिन|पासवर्ड|कोड|आधार नंबर|खाता नंबर|सीवीवी)(?: |$)"
)
_HAND_OVER = re.compile(
    r"\b(?:share|send|tell|give|reply with|message|forward|post|write|type|provide|submit|batao"
    r"|bataiye|bataein|bhejo|bhejiye|bhej do|likh do|likh dijiye|dijiye|share kar)\b"
    r"|(?:^| )(?:बताएं|बताइए|बताओ|भेजें|भेजो|लिखें|लिखो|साझा|दीजिए)(?: |$)"
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nothing|neither|nor|cannot|cant|dont|doesnt|didnt|isnt|arent|wont"
    r"|wasnt|shouldnt|mustnt|without|nahi|nahin|nai|nhi|na|mat|bina)\b"
    r"|(?:^| )(?:नहीं|न|ना|मत|बिना)(?: |$)"
)
_QUANTIFIER = re.compile(
    r"\b(?:all|any|anyone|anything|every|everyone|everything|always|never|both|half|double|twice"
    r"|none|many|several|enough|unlimited|hamesha|sab|sabhi|saare|sare|dono|aadha|poora|poori"
    r"|pura|puri)\b|(?:^| )(?:सब|सभी|सारे|सारी|हमेशा|दोनों|आधा|पूरा|पूरी)(?= |$)"
)
_ABOUT_ITSELF = re.compile(
    r"\b(?:system prompt|my instructions|instructions say|language model|as an ai|an ai|artificial"
    r"|passages?|json|chatgpt|openai|prompt|knowledge base|cited|training data)\b"
)
_SHORT_FORMS = (("'ll ", " will "), ("'ve ", " have "), ("'d ", " would "))
_BEFORE = re.compile(
    r"\b(?:before|beforehand|earlier|prior|pehle|pahle)\b|(?:^| )(?:पहले|पूर्व)(?= |$)"
)
_AFTER = re.compile(
    r"\b(?:after|afterwards|later|then|once|when|baad|phir|fir|jab|jaise)\b"
    r"|(?:^| )(?:बाद|फिर|जब|जैसे)(?= |$)"
)
#: So many words beside a negation belong to what is denied.
BESIDE = 3
_CLAUSE = re.compile(r"[,;:]\s+|\s+(?:but|par|lekin|पर|लेकिन)\s+")
_OPENING = re.compile(r"^(?:yes|no|haan|ji haan|nahi|sure|हां|जी हां|नहीं)[,.!।]\s*", re.IGNORECASE)
_SORRY = re.compile(
    r"\b(?:i am|im) sorry(?: to hear (?:that|this|about this)| about (?:that|this)"
    r"| for the (?:trouble|inconvenience))?",
)


def simple(sentence: str) -> str:
    """The sentence in lower case without punctuation and apologies."""
    text = sentence.replace("\u2019", "'").lower()
    for short, whole in _SHORT_FORMS:
        text = text.replace(short, whole)
    text = plain(text)
    text = re.sub(r"[^\w\u0900-\u0963\u0966-\u097f%]+", " ", text)
    return _SORRY.sub("", text).strip()


def faults(sentence: str, *, near: Sequence[str], cited: Sequence[str]) -> list[str]:
    """What an answer's sentence says that the entries do not.

    `near` are the sentences of the entries that are most like it, `cited` are all of them.
    """
    sentence = _OPENING.sub("", sentence)
    said, known = simple(sentence), [simple(each) for each in cited]
    close = [simple(each) for each in near]
    checks = {
        "FIRST_PERSON": bool(_FIRST_PERSON.search(_without_names(said, known))),
        "ITSELF": bool(_ABOUT_ITSELF.search(said)),
        "ACTION": _is_new(_DONE_BY_US, said, known),
        "PROMISE": _promises(said, close, known),
        "ACCOUNT": _claims_state(said, close, known),
        "SECRET": _asks_for_secret(said, known),
    }
    if close:
        checks |= {
            "NEGATION": not any(_same_polarity(said, each) for each in near),
            "QUANTIFIER": any(not _has_word(each, close) for each in _QUANTIFIER.findall(said)),
            "ORDER": _is_out_of_order(said, close),
            "OPPOSITE": _contradicts(said, close),
        }
    return [name for name, is_found in checks.items() if is_found]


def _is_new(pattern: re.Pattern[str], said: str, known: Sequence[str]) -> bool:
    """Whether the pattern finds words that no known sentence has."""
    return any(not any(m.group() in each for each in known) for m in pattern.finditer(said))


def _promises(said: str, close: Sequence[str], known: Sequence[str]) -> bool:
    if _FUTURE.search(said) and any(_MAYBE.search(each) for each in close):
        return not _MAYBE.search(said)
    is_conditional = bool(_CONDITION.search(said))
    for match in _FUTURE.finditer(said):
        verb = words.stem(match.group(1))
        is_yours = bool(re.search(r"\byou will\b", said))
        holders = [each for each in known if verb in words.stems(each)]
        is_neutral = verb in words.neutral_stems()
        if not (is_yours and (holders or is_neutral)) and not any(
            "will" in each.split() or (is_conditional and _CONDITION.search(each))
            for each in holders
        ):
            return True
    for match in _HINDI_FUTURE.finditer(said):
        if not any(match.group().strip() in each.split() for each in known):
            return True
    return False


def _claims_state(said: str, close: Sequence[str], known: Sequence[str]) -> bool:
    """A state of the reader's account, unless an entry says the same under the same condition."""
    states = [*_YOUR_STATE.finditer(said), *_DONE_STATE.finditer(said)]
    if not states:
        return False
    if _CONDITION.search(said):
        return any(_is_completed(each.group()) for each in states) and _is_new(
            _YOUR_STATE, said, known
        )
    if any(_CONDITION.search(each) for each in close):
        return True
    if _is_rule(said, states, close):
        return False
    return any(
        not any(
            _says_state(_with_predicate(said, each), one)
            for one in known
            if not _CONDITION.search(one)
        )
        for each in states
    )


def _is_rule(said: str, states: Sequence[re.Match[str]], close: Sequence[str]) -> bool:
    """A rule with a quantity in the present tense, such as "your data is erased within 30 days"."""
    if any(not re.search(r"\b(?:is|are)$|\b(?:is|are) \w+$", each.group()) for each in states):
        return False
    return bool(quantities(said)) and bool(close) and not re.search(r"\b(?:now|already)\b", said)


def _is_completed(state: str) -> bool:
    return bool(re.search(r"\b(?:has|had|have been|been|already|now)\b", state))


def _with_predicate(said: str, state: re.Match[str]) -> str:
    """The state with the two words behind it."""
    behind = _PREDICATE.match(said, state.end())
    whole = state.group() + (behind.group() if behind else "")
    return re.sub(r"\b(?:only|also|just)\b", "", whole)


def _says_state(state: str, sentence: str) -> bool:
    wanted = [words.stem(word) for word in state.split()]
    return set(wanted) <= set(words.stems(sentence))


def _without_names(said: str, known: Sequence[str]) -> str:
    """The sentence without names of pages and buttons such as "My applications"."""
    return re.sub(
        r"\bmy \w+", lambda m: "" if any(m.group() in k for k in known) else m.group(), said
    )


def _same_polarity(said: str, sentence: str) -> bool:
    """Whether both deny the same, or neither denies what the other says."""
    whole = simple(sentence)
    if denials := _denials(said):
        known = _denials(whole)
        everything = set[str]().union(*known) if known else set()
        return len(denials) <= len(known) and all(not d or d & everything for d in denials)
    if not _NEGATION.search(whole):
        return True
    parts = [simple(part) for part in _CLAUSE.split(sentence)]
    denied = [part for part in parts if _NEGATION.search(part)]
    rest = {stem for part in parts if part not in denied for stem in _claims(part)}
    return not _claims(said) & ({stem for part in denied for stem in _claims(part)} - rest)


def _denials(said: str) -> list[set[str]]:
    """For each negation the particular words beside it."""
    found = []
    tokens = said.split()
    for place, token in enumerate(tokens):
        if _NEGATION.search(token):
            beside = tokens[max(0, place - BESIDE) : place + BESIDE + 1]
            found.append(_claims(" ".join(beside)))
    return found


def _is_out_of_order(said: str, close: Sequence[str]) -> bool:
    """Before where the entry says after, or the other way round."""
    # In front of a sentence "pehle" says "first"; waiting before something is after something.
    said = re.sub(r"^(?:pehle|pahle|पहले) ", "", said)
    is_before = bool(_BEFORE.search(said)) and "wait" not in said.split()
    if is_before:
        return not any(_BEFORE.search(each) for each in close)
    known = " ".join(close)
    return bool(_AFTER.search(said) and _BEFORE.search(known) and not _AFTER.search(known))


def _claims(text: str) -> set[str]:
    neutral = (
        words.neutral_words("EN") | words.neutral_words("HI") | words.neutral_words("HINGLISH")
    )
    kept = (word for word in words.words(text) if word not in neutral and not word.isdecimal())
    return {words.stem(word) for word in kept}


def _asks_for_secret(said: str, known: Sequence[str]) -> bool:
    secret = _SECRET.search(said)
    verb = _HAND_OVER.search(re.sub(r"\b(?:we|it|support|hum) \w+", "", said))
    if not secret or not verb:
        return False
    return not any(
        secret.group().strip() in each and verb.group().strip() in each for each in known
    )


def _has_word(word: str, sentences: Sequence[str]) -> bool:
    return any(word.strip() in each.split() for each in sentences)


def _contradicts(said: str, close: Sequence[str]) -> bool:
    ours = set(words.stems(said))
    return any(
        a in ours and b in theirs and a not in theirs
        for theirs in (set(words.stems(each)) for each in close)
        for a, b in words.opposites()
    )
