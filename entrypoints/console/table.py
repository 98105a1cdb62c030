"""The console's routes, with their documents."""

import json
from collections.abc import Mapping

from aiohttp.typedefs import Handler

from entrypoints.console import static_files, views
from entrypoints.console.examples import HEALTH, NOW, WAITING, WATCH
from entrypoints.console.front_door import PAGES
from entrypoints.http.operation import Access, Operation, Reply

OPERATORS = "operação"
HEADERS = {"Cache-Control": "`no-store, no-transform`"}


def _view(
    path: str, handler: Handler, summary: str, says: str, example: Mapping[str, object]
) -> Operation:
    name = path.partition("/")[0]
    document = {"at": "2026-01-01T00:01:00.000Z", **example}
    return Operation(
        method="GET",
        path=f"/console/views/{path}",
        handler=handler,
        id=f"console{name.capitalize()}",
        tag=OPERATORS,
        summary=summary,
        access=Access.OPERATOR,
        description=(
            f"{says} Server-sent events: o documento inteiro, logo no início e de novo a cada "
            "mudança. Nenhum parceiro é consultado. Abrir deixa uma linha na auditoria."
        ),
        replies=(
            Reply(
                200,
                "A transmissão, que só termina quando uma das partes a encerra.",
                example=f"event: {name}\ndata: {json.dumps(document)}\n\n",
                headers=HEADERS,
                media="text/event-stream",
            ),
        ),
        problems=("storage-unavailable", "streams-full"),
    )


CONSOLE = (
    Operation(
        method="GET",
        path="/console",
        handler=static_files.page,
        id="console",
        tag=PAGES,
        summary="O console: ensaiar uma chamada, acompanhá-la, ver o que espera e por quê",
        access=Access.ANYONE,
        description="A página nada diz por si: tudo o que mostra pede a chave de um operador.",
        replies=(Reply(200, "A página."), Reply(304, "A página não mudou.")),
    ),
    Operation(
        method="GET",
        path="/console/{file}",
        handler=static_files.page_file,
        id="consoleFile",
        tag=PAGES,
        summary="Um arquivo do console",
        access=Access.ANYONE,
        replies=(Reply(200, "O arquivo."), Reply(304, "O arquivo não mudou.")),
        problems=("not-found",),
    ),
    _view(
        "watch/{referralId}",
        views.watch,
        "Acompanhar um encaminhamento dos dois lados",
        "O que o provedor disse por último, os webhooks, os fatos, o que as telas mostram e o que "
        "o serviço de atendimento soube. `kept` diz que listas existem: só os parceiros de ensaio "
        "guardam o que lhes foi perguntado. `disagrees` diz com quem e desde quando não confere.",
        WATCH,
    ),
    _view(
        "now",
        views.now,
        "Acompanhar as chamadas em curso",
        "No máximo 100, a divergência mais antiga primeiro; `more` se há mais.",
        NOW,
    ),
    _view(
        "waiting",
        views.waiting,
        "Acompanhar quanto espera",
        "`changed` é outro número quando as listas em `/operations` são outras.",
        WAITING,
    ),
    _view(
        "health",
        views.health,
        "Acompanhar a saúde do serviço",
        "`queues` e `lastWebhook` são null quando o banco não responde.",
        HEALTH,
    ),
)
