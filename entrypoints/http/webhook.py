"""Receive the provider's webhooks and answer with their outcome."""

from aiohttp import web

from domain.delivery import Outcome, Verdict
from entrypoints.http.access.origins import FOREIGN
from entrypoints.http.app_keys import RECEIVE_WEBHOOK
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
    body = await read_bytes(request, WEBHOOK_LIMIT)
    deadline = answer_deadline()
    verdict = await request.app[RECEIVE_WEBHOOK](
        _headers(request), body, deadline, from_page=request[FOREIGN]
    )
    return json_response(
        MessageReply(message=_message(verdict)),
        status=202 if verdict.outcome is Outcome.PENDING else 200,
        headers={"Webhook-Outcome": verdict.outcome},
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
