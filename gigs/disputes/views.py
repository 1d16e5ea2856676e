"""Pages on which an agent opens and follows disputes."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs.disputes import queries, view_helpers
from gigs.disputes.forms import DisputeFilter
from gigs.disputes.subjects import Side, find_subject
from gigs.disputes.view_helpers import Party
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page


def _party(request: AgentRequest) -> Party:
    return Party(Side.AGENT, request.user, queries.disputes_of(request.agent), "gigs:")


@require_safe
@for_agents
@query_parameters(PageNumberForm, DisputeFilter)
def disputes(request: AgentRequest) -> HttpResponse:
    """The agent's disputes."""
    return view_helpers.list_page(request, _party(request))


@form_page
@for_agents
def open_dispute(request: AgentRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Open a dispute about an application, a gig, work or a shift."""
    subject = find_subject(kind.upper(), subject_id, agent=request.agent)
    return view_helpers.open_page(request, _party(request), subject)


@require_safe
@for_agents
def dispute(request: AgentRequest, dispute_id: UUID) -> HttpResponse:
    """One dispute."""
    party = _party(request)
    return view_helpers.dispute_page(request, party, party.find(dispute_id))


@require_POST
@for_agents
def act(request: AgentRequest, dispute_id: UUID, verb: str) -> HttpResponse:
    """Answer, agree, write, name an amount, escalate, withdraw, or add a file."""
    party = _party(request)
    acts = view_helpers.ACTS | view_helpers.MONEY_ACTS
    return view_helpers.act(request, party, party.find(dispute_id), verb, acts)


@require_safe
@for_agents
def file(request: AgentRequest, dispute_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file of a dispute."""
    party = _party(request)
    return view_helpers.file_page(request, party, party.find(dispute_id), file_id)


@require_safe
@for_agents
def evidence(request: AgentRequest, dispute_id: UUID, form: str) -> HttpResponse:
    """The evidence pack, as JSON or ZIP."""
    party = _party(request)
    return view_helpers.evidence_file(request, party, party.find(dispute_id), form)
