"""The operations beside the contract: health probes, metrics, the OpenAPI document, a client."""

from entrypoints.http import docs, health, metrics
from entrypoints.http.operation import Access, Operation, Reply
from entrypoints.http.schemas import HealthReply

SERVICE = (
    Operation(
        method="GET",
        path="/health/live",
        handler=health.live,
        id="live",
        tag="serviço",
        summary="O processo está vivo?",
        access=Access.ANYONE,
        replies=(Reply(200, "Está vivo.", HealthReply, {"status": "ok"}),),
    ),
    Operation(
        method="GET",
        path="/health/ready",
        handler=health.ready,
        id="ready",
        tag="serviço",
        summary="O processo quer receber requisições?",
        access=Access.ANYONE,
        replies=(
            Reply(200, "Está pronto.", HealthReply, {"status": "ready"}),
            Reply(503, "Está parando, ou sem o seu banco.", HealthReply, {"status": "stopping"}),
        ),
    ),
    Operation(
        method="GET",
        path=metrics.PATH,
        handler=metrics.metrics,
        id="metrics",
        tag="serviço",
        summary="As métricas deste processo, para o Prometheus",
        access=Access.METRICS,
        description=(
            "Pede uma chave com o papel `metrics`, que não serve para mais nada, ou a de um "
            "operador. Com `METRICS_PORT` também estão numa porta própria, sem chave."
        ),
        replies=(
            Reply(
                200,
                "As métricas, em texto.",
                example="videochamadas_storage_up 1.0",
                media="text/plain",
            ),
        ),
    ),
    Operation(
        method="GET",
        path="/openapi.json",
        handler=docs.openapi_document,
        id="openapi",
        tag="serviço",
        summary="Este documento",
        access=Access.DEVELOPER,
        replies=(Reply(200, "O documento OpenAPI 3.1."),),
    ),
    Operation(
        method="GET",
        path="/docs",
        handler=docs.page,
        id="docs",
        tag="serviço",
        summary="Esta interface numa página",
        access=Access.DEVELOPER,
        replies=(Reply(200, "A página."),),
    ),
    Operation(
        method="GET",
        path="/docs/{file}",
        handler=docs.page_file,
        id="docsFile",
        tag="serviço",
        summary="Um arquivo da página",
        access=Access.DEVELOPER,
        replies=(Reply(200, "O arquivo."), Reply(304, "O arquivo não mudou.")),
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/client.ts",
        handler=docs.client,
        id="client",
        tag="serviço",
        summary="As chamadas de uma tela, em TypeScript",
        access=Access.DEVELOPER,
        description="Um módulo para copiar, sem dependências: tipos e chamadas deste documento.",
        replies=(Reply(200, "O módulo.", media="text/plain"), Reply(304, "O módulo não mudou.")),
    ),
)
