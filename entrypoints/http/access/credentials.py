"""Read who calls from a request: from ``Authorization`` or, without it, from a cookie."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from domain.caller import Caller
from domain.ports.callers import Callers
from entrypoints.http.access.origins import is_our_own_page

AUTHORIZATION = "Authorization"
MALFORMED = ""
"""A credential that belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """``callers`` know whatever may follow ``Bearer`` (RFC 6750). A doctor's token may also stand
    ``bare`` in the header, or in one of these ``cookies``. Only ``doctors`` are asked about those,
    so a service's key is worth nothing there.
    """

    callers: Callers
    doctors: Callers
    bare: bool
    cookies: Sequence[str]

    async def identify(self, request: web.Request) -> Caller:
        """The caller. If there is an ``Authorization`` header, it alone decides. Raises what
        ``Callers`` raise."""
        given = request.headers.getall(AUTHORIZATION, [])
        if not given:
            token = self._cookie(request)
            return await (self.callers.identify(None) if token is None else self._doctor(token))
        scheme, separated, credential = given[0].partition(" ")
        if len(given) > 1:
            return await self.callers.identify(MALFORMED)
        if self.bare and not separated:
            return await self._doctor(scheme)
        usable = scheme.lower() == "bearer" and credential.isascii()
        return await self.callers.identify(credential.strip() if usable else MALFORMED)

    async def _doctor(self, token: str) -> Caller:
        return await self.doctors.identify(token if token.isascii() else MALFORMED)

    def _cookie(self, request: web.Request) -> str | None:
        """The value of the first of ``cookies`` that was sent. A cookie goes with whatever any page
        makes the browser send, so for all but our own pages there is none."""
        if not self.cookies or not is_our_own_page(request):
            return None
        sent = sent_cookies(request.headers.getall("Cookie", []))
        return next((sent[name] for name in self.cookies if sent.get(name)), None)


def sent_cookies(headers: Sequence[str]) -> dict[str, str]:
    """Cookies by name (RFC 6265, 5.4), values without their quotation marks.

    A name that stands twice is left out: a page of a neighbouring domain may have set one of them.
    So is everything when the header itself stands twice, which browsers never send.
    """
    pairs = [pair.partition("=") for pair in headers[0].split(";")] if len(headers) == 1 else []
    names = [name.strip(" \t") for name, _, _ in pairs]
    return {
        name: _unquoted(value.strip(" \t"))
        for name, (_, _, value) in zip(names, pairs, strict=True)
        if names.count(name) == 1
    }


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] == '"'
    return value[1:-1] if quoted else value
