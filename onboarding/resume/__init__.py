"""Reading a résumé by rules, here and without any network: text in, a proposal out.

A proposal is a guess for a form: the person confirms or drops each part of it.
"""

from onboarding.resume.parser.education import Education
from onboarding.resume.parser.jobs import Job
from onboarding.resume.parser.proposal import Proposal, propose

__all__ = ["Job", "Proposal", "Education", "propose"]
