"""The provider's webhooks."""

from aiohttp import web

from adapters.provider.webhook import read_event
from domain.session import Outcome
from entrypoints.http.bodies import WEBHOOK_LIMIT, json_response, read_bytes
from entrypoints.http.keys import HANDLE_SESSION_END
from entrypoints.http.schemas import MessageReply

APPLIED = "Videochamada atualizada com sucesso!"

# What the header says, and the message. An event that changes nothing is no error of its sender:
# with a 4xx one provider would send it again in vain.
ANSWERS = {
    Outcome.APPLIED: ("applied", APPLIED),
    Outcome.IGNORED: ("ignored", APPLIED),
    Outcome.UNKNOWN_MEETING: (
        "ignored",
        "Nada foi alterado: nenhuma videochamada conhecida para este encaminhamento.",
    ),
    Outcome.UNKNOWN_REFERRAL: ("dead", "Nada foi alterado: encaminhamento não encontrado."),
}


async def receive_webhook(request: web.Request) -> web.Response:
    event = read_event(await read_bytes(request, WEBHOOK_LIMIT))
    header, message = ANSWERS[await request.app[HANDLE_SESSION_END](event)]
    return json_response(MessageReply(message=message), headers={"Webhook-Outcome": header})
