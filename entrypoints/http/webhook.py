"""The provider's webhooks: read, check who sent them, store, handle, answer."""

import asyncio

from aiohttp import web
from pydantic import ValidationError

from adapters.provider.authenticity import uuid_of
from adapters.provider.webhook import read_event
from domain.delivery import Outcome, Verdict
from domain.errors import KeyUnavailableError
from domain.session import SessionEvent
from entrypoints.http.bodies import WEBHOOK_LIMIT, json_response, read_bytes
from entrypoints.http.deadline import answer_deadline
from entrypoints.http.keys import AUTHENTICITY, RECEIVE_WEBHOOK
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
    "newer-session": "Nada foi alterado: outra chamada está em andamento nesta reunião.",
    "malformed-event": "Nada foi alterado: o evento não pôde ser entendido.",
    "erased": "Nada foi alterado: o evento nomeava uma pessoa cujos dados foram apagados.",
    "update-refused": "O serviço de atendimento recusou a atualização.",
}


async def receive_webhook(request: web.Request) -> web.Response:
    body = await read_bytes(request, WEBHOOK_LIMIT)
    deadline = answer_deadline()
    signed = await _check(request, body, deadline)
    event = _event(body, signed=signed)
    verdict = await request.app[RECEIVE_WEBHOOK](body, uuid_of(request.headers), event, deadline)
    return json_response(
        MessageReply(message=_message(verdict)),
        status=202 if verdict.outcome is Outcome.PENDING else 200,
        headers={"Webhook-Outcome": verdict.outcome},
    )


async def _check(request: web.Request, body: bytes, deadline: float) -> bool:
    try:
        async with asyncio.timeout_at(deadline):
            return await request.app[AUTHENTICITY].check(request.headers, body)
    except TimeoutError as error:
        raise KeyUnavailableError("the key did not come in time") from error


def _event(body: bytes, *, signed: bool) -> SessionEvent | None:
    """What the provider signed is kept even when nobody understands it; else it is the caller's
    mistake."""
    try:
        return read_event(body)
    except ValidationError:
        if not signed:
            raise
        return None


def _message(verdict: Verdict) -> str:
    """An event that changes nothing is no error of its sender: with a 4xx one provider would send
    it again in vain, and the other never."""
    if verdict.outcome is Outcome.PENDING:
        return PENDING
    if verdict.why is None and verdict.outcome is not Outcome.DEAD:
        return APPLIED
    return WHY.get(verdict.why or "", REFUSED)
