"""A hospital's reverse proxy: its pages and the service behind it have one origin."""

from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
from aiohttp import hdrs, web

from tests.browser.conftest import Site
from tests.conftest import Client

OF_ONE_CONNECTION = {
    hdrs.ACCEPT_ENCODING,
    hdrs.CONNECTION,
    hdrs.CONTENT_LENGTH,
    hdrs.TRANSFER_ENCODING,
}


def lasting(header: str) -> bool:
    """Whether it is meant for who is behind the proxy."""
    return header not in OF_ONE_CONNECTION


@dataclass
class Proxy(Site):
    """It passes on answers as they come, so streams too; ``passed`` are all requests."""

    service: Client | None = None
    passed: list[web.Request] = field(default_factory=list)
    answers: set[aiohttp.ClientResponse] = field(default_factory=set)

    def app(self) -> web.Application:
        app = super().app()
        app.router.add_route("*", "/{path:.*}", self.forward)
        app.on_shutdown.append(self.cut)
        return app

    async def forward(self, request: web.Request) -> web.StreamResponse:
        assert self.service
        self.passed.append(request)
        async with self.service.request(
            request.method,
            request.path_qs,
            headers=[(name, value) for name, value in request.headers.items() if lasting(name)],
            data=await request.read(),
        ) as answer:
            head = [(name, value) for name, value in answer.headers.items() if lasting(name)]
            passing = web.StreamResponse(status=answer.status, headers=head)
            await passing.prepare(request)
            self.answers.add(answer)
            with suppress(aiohttp.ClientConnectionError):  # it was cut
                async for part in answer.content.iter_any():
                    await passing.write(part)
            self.answers.discard(answer)
            return passing

    async def cut(self, _app: web.Application | None = None) -> None:
        """End whatever still runs through it."""
        for answer in self.answers:
            answer.close()
