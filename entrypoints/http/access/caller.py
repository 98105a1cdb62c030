"""The caller of a request, as the gate found it."""

from aiohttp import web

from domain.caller import Caller, TicketHolder
from domain.errors import DomainError

CALLER: web.RequestKey[Caller] = web.RequestKey("caller", Caller)  # type: ignore[arg-type]
"""Set for every operation that asks who calls."""
TICKET_HOLDER = web.RequestKey("ticket_holder", TicketHolder)
"""Set where a leaving came with a ticket instead."""
NOT_IDENTIFIED = web.RequestKey("not_identified", DomainError)
"""Set where a leaving came with an ``Authorization`` header that tells nobody who calls: a ticket
may do so instead; without one, this is what the caller is answered."""
