"""Where a request keeps its caller, once identified."""

from aiohttp import web

from domain.caller import Caller, TicketHolder
from domain.errors import DomainError

CALLER: web.RequestKey[Caller] = web.RequestKey("caller", Caller)  # type: ignore[arg-type]
"""Set when the operation's access asks for a caller, and when a leave came with a cookie."""
TICKET_HOLDER = web.RequestKey("ticket_holder", TicketHolder)
"""Set when a leave came with a leave ticket instead."""
NOT_IDENTIFIED = web.RequestKey("not_identified", DomainError)
"""Set when the ``Authorization`` header of a leave identifies no caller. A leave ticket may do so
instead; without one, the caller is answered with this error."""
