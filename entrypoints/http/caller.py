"""The caller of a request, as the gate found it."""

from aiohttp import web

from domain.caller import Caller

CALLER: web.RequestKey[Caller] = web.RequestKey("caller", Caller)  # type: ignore[arg-type]
"""Set for every operation that asks who calls; a leave with a ticket sets it itself."""
