"""Receive the provider's webhooks and answer with their outcome."""

import time

from aiohttp import web

from adapters.metrics import OTHER
from domain.delivery import Outcome, Verdict
from domain.errors import DomainError
from entrypoints.http.access.origins import is_foreign
from entrypoints.http.app_keys import METRICS, RECEIVE_WEBHOOK, UNWANTED_EVENTS
from entrypoints.http.bodies import WEBHOOK_LIMIT, json_response, read_bytes
from entrypoints.http.deadline import answer_deadline
from entrypoints.http.schemas import MessageReply

APPLIED = "Videochamada atualizada com sucesso!"
PENDING = "Evento recebido; será aplicado em instantes."
REFUSED = "Nada foi alterado: o evento foi recusado."

WHY = {
    "unknown-meeting": (
        "Nada foi alterado: nenhuma videochamada conhecida para este encaminhamento."
    ),
    "unknown-referral": "Nada foi alterado: encaminhamento não encontrado.",
    "foreign-organization": "Nada foi alterado: o evento é de outra organização.",
    "no-referral": "Nada foi alterado: a videochamada não é de um encaminhamento.",
    "newer-session": "Nada foi alterado: outra chamada está em andamento nesta reunião.",
    "malformed-event": "Nada foi alterado: o evento não pôde ser entendido.",
    "erased": "Nada foi alterado: o evento nomeava uma pessoa cujos dados foram apagados.",
    "update-refused": "O serviço de atendimento recusou a atualização.",
}


async def receive_webhook(request: web.Request) -> web.Response:
    started, event, outcome = time.perf_counter(), OTHER, OTHER
    try:
        verdict = await _received(request)
        event, outcome = verdict.event, verdict.outcome.value
    except DomainError as error:
        outcome = error.slug
        raise
    finally:
        metrics = request.app[METRICS]
        metrics.webhooks.count(event, outcome)
        metrics.webhook_seconds.observe(time.perf_counter() - started)
    request.app[UNWANTED_EVENTS].heard(verdict)
    return json_response(
        MessageReply(message=_message(verdict)),
        status=202 if verdict.outcome is Outcome.PENDING else 200,
        headers={"Webhook-Outcome": verdict.outcome},
    )


async def _received(request: web.Request) -> Verdict:
    body = await read_bytes(request, WEBHOOK_LIMIT)
    deadline = answer_deadline()
    return await request.app[RECEIVE_WEBHOOK](
        _headers(request), body, deadline, from_page=is_foreign(request)
    )


def _headers(request: web.Request) -> dict[str, list[str]]:
    """Names in lower case, each with all its values."""
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        headers.setdefault(name.lower(), []).append(value)
    return headers


def _message(verdict: Verdict) -> str:
    """An event that changes nothing is not an error: after a 4xx Dyte would send it again in vain,
    and RealtimeKit never again."""
    if verdict.outcome is Outcome.PENDING:
        return PENDING
    if verdict.why is None and verdict.outcome is not Outcome.DEAD:
        return APPLIED
    return WHY.get(verdict.why or "", REFUSED)
