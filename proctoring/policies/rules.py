"""Reading of a policy: what its fields mean, and what is refused. Does not use Django.

A policy maps each kind of observation to a rule. `severity` gives the points of one act;
`lasting` the severity of a state by the seconds that it has lasted. Kinds of one `family` that
come together are one act. `warn_after` is the act from which on it counts, and `cool_down` the
seconds in which a further act does not count.

`key` says what the kind may decide. A sitting is ended only if its points reach `points_limit`
and two keys agree: a DETERMINISTIC kind that came again, or two FACE kinds that the server's own
look at a picture confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

Severity = Literal["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
SEVERITIES: tuple[Severity, ...] = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL")
DETERMINISTIC, FACE = "DETERMINISTIC", "FACE"
KEYS = ("", DETERMINISTIC, FACE)
DEMANDS = frozenset({"CAMERA", "MICROPHONE", "FULLSCREEN", "FACE", "SECOND_SCREEN", "SENTENCE"})
_MOST_POINTS = 100
_LONGEST_SECONDS = 3600


class PolicyInvalid(ValueError):
    """The rules cannot be used; the message says where and why."""


@dataclass(frozen=True)
class KindRule:
    """The rule for one kind of observation."""

    severity: Severity
    message: str
    advice: str = ""
    key: str = ""
    family: str = ""
    warn_after: int = 1
    cool_down: float = 0
    confirmed: bool = False
    lasting: tuple[tuple[float, Severity], ...] = ()
    waived_by: frozenset[str] = frozenset()


#: The rule of a kind that a policy does not know: it is kept, and means nothing.
UNKNOWN = KindRule("INFO", "Something was recorded.")


@dataclass(frozen=True)
class Rules:
    """The rules of one policy."""

    grace: int
    points_limit: int
    points: Mapping[Severity, int]
    same_act_seconds: float
    least_coverage: float
    review_severity: Severity
    kinds: Mapping[str, KindRule] = field(default_factory=dict)

    def rule(self, kind: str) -> KindRule:
        """The rule of a kind."""
        return self.kinds.get(kind, UNKNOWN)

    def message(self, kind: str) -> str:
        """What was seen, in words for the agent."""
        return self.rule(kind).message

    def advice(self, kind: str) -> str:
        """What to do about it, in words for the agent; may be empty."""
        return self.rule(kind).advice

    def needs_review(self, severity: str) -> bool:
        """Whether a counted ruling of this severity needs a review."""
        return _rank(severity) >= _rank(self.review_severity)


def read_rules(raw: object) -> Rules:
    """The rules of a policy's JSON or YAML. Raises `PolicyInvalid`."""
    top = _mapping(raw, "the policy")
    _refuse_unknown(top, set(Rules.__dataclass_fields__), "the policy")
    given = _mapping(top.get("points"), "points")
    points = {
        severity: _number(given.get(severity), f"points of {severity}", 0, _MOST_POINTS)
        for severity in SEVERITIES
    }
    if points["INFO"] or list(points.values()) != sorted(points.values()):
        raise PolicyInvalid("points: INFO has none, and more serious kinds never have fewer.")
    kinds = _mapping(top.get("kinds"), "kinds")
    if not kinds:
        raise PolicyInvalid("kinds: there is none.")
    return Rules(
        grace=int(_number(top.get("grace"), "grace", 0, 20)),
        points_limit=int(_number(top.get("points_limit"), "points_limit", 1, 1000)),
        points={severity: int(value) for severity, value in points.items()},
        same_act_seconds=_number(top.get("same_act_seconds"), "same_act_seconds", 0, 60),
        least_coverage=_number(top.get("least_coverage"), "least_coverage", 0, 1),
        review_severity=_severity(top.get("review_severity"), "review_severity"),
        kinds={str(kind): _kind_rule(str(kind), value) for kind, value in kinds.items()},
    )


def _kind_rule(kind: str, raw: object) -> KindRule:
    facts = _mapping(raw, kind)
    _refuse_unknown(facts, set(KindRule.__dataclass_fields__), kind)
    message, advice = facts.get("message"), facts.get("advice", "")
    if not isinstance(message, str) or not message or not isinstance(advice, str):
        raise PolicyInvalid(f"{kind}: message is a sentence for the agent, advice may be one.")
    if facts.get("key", "") not in KEYS:
        raise PolicyInvalid(f"{kind}: key is {DETERMINISTIC} or {FACE}.")
    waived_by = facts.get("waived_by", [])
    if not isinstance(waived_by, list) or not all(each in sorted(DEMANDS) for each in waived_by):
        raise PolicyInvalid(f"{kind}: waived_by lists {', '.join(sorted(DEMANDS))}.")
    lasting = sorted(
        (_seconds(seconds, kind), _severity(severity, kind))
        for seconds, severity in _mapping(facts.get("lasting", {}), kind).items()
    )
    ranks = [_rank(severity) for _, severity in lasting]
    if ranks != sorted(set(ranks)):
        raise PolicyInvalid(f"{kind}: what lasts longer is more serious.")
    return KindRule(
        severity=_severity(facts.get("severity"), kind),
        message=message,
        advice=advice,
        key=str(facts.get("key", "")),
        family=str(facts.get("family", "")),
        warn_after=int(_number(facts.get("warn_after", 1), f"{kind}: warn_after", 1, 100)),
        cool_down=_number(facts.get("cool_down", 0), f"{kind}: cool_down", 0, _LONGEST_SECONDS),
        confirmed=facts.get("confirmed", False) is True,
        lasting=tuple(lasting),
        waived_by=frozenset(waived_by),
    )


def _rank(severity: str) -> int:
    return SEVERITIES.index(cast("Severity", severity))


def _mapping(raw: object, where: str) -> Mapping[Any, Any]:
    if not isinstance(raw, Mapping):
        raise PolicyInvalid(f"{where}: names and values are expected.")
    return raw


def _refuse_unknown(facts: Mapping[Any, Any], known: set[str], where: str) -> None:
    if unknown := sorted(map(str, set(facts) - known)):
        raise PolicyInvalid(f"{where}: unknown {', '.join(unknown)}.")


def _severity(raw: object, where: str) -> Severity:
    if raw not in SEVERITIES:
        raise PolicyInvalid(f"{where}: a severity is one of {', '.join(SEVERITIES)}.")
    return raw


def _seconds(raw: object, kind: str) -> float:
    """Seconds as a key: a number in YAML, text in JSON."""
    try:
        number = float(cast("Any", raw))
    except (TypeError, ValueError):
        raise PolicyInvalid(f"{kind}: lasting maps seconds to a severity.") from None
    return _number(number, f"{kind}: lasting", 1, _LONGEST_SECONDS)


def _number(raw: object, where: str, least: float, most: float) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not least <= raw <= most:
        raise PolicyInvalid(f"{where}: a number from {least:g} to {most:g} is expected.")
    return raw
