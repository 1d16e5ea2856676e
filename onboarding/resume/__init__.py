"""Reading a résumé by rules, here and without any network: text in, a proposal out.

A proposal is a guess for a form: the person confirms or drops each part of it.
"""

from onboarding.resume.jobs import Job
from onboarding.resume.proposals import Proposal, propose
from onboarding.resume.studies import Study

__all__ = ["Job", "Proposal", "Study", "propose"]
