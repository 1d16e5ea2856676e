"""The names of `proctoring.scales.ability` that grading uses."""

from proctoring.scales.ability import (
    AUTHOR_ERROR,
    DISCRIMINATION,
    UNANSWERED_ERROR,
    UNANSWERED_TASK,
    Estimate,
    ItemParameters,
    ItemResponse,
    PersonEstimate,
    SkillEstimate,
    SkillEvidence,
    TaskEstimate,
    estimate_person,
    needs_human,
)

__all__ = (
    "AUTHOR_ERROR",
    "DISCRIMINATION",
    "UNANSWERED_ERROR",
    "UNANSWERED_TASK",
    "Estimate",
    "ItemParameters",
    "ItemResponse",
    "PersonEstimate",
    "SkillEstimate",
    "SkillEvidence",
    "TaskEstimate",
    "estimate_person",
    "needs_human",
)
