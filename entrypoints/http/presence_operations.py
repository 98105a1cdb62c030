"""Who is there, once and live: routes, documents and examples, beside the contract's table."""

import json

from entrypoints.http import presence_stream, who_is_there
from entrypoints.http.operation import Access, Operation, Reply
from entrypoints.http.who_is_there import PresenceReply

EXAMPLE = {
    "data": {
        "referralId": "referral-id",
        "referralKnown": True,
        "meetings": [
            {
                "meetingId": "meeting-id",
                "openedAt": "2026-01-01T00:00:00Z",
                "status": "live",
                "users": [
                    {"userId": "doctor-id", "inMeeting": True, "since": "2026-01-01T00:00:05Z"}
                ],
            }
        ],
    }
}
FRESH = {
    "ETag": "O resumo (hash) do documento: muda quando o documento muda.",
    "Cache-Control": "`private, no-cache`: guardar, mas perguntar antes de usar.",
    "Vary": "O documento depende de quem pergunta.",
}

SEE_PRESENCE = Operation(
    method="GET",
    path="/api/referrals/{referralId}/presence",
    handler=who_is_there.see_presence,
    id="seePresence",
    tag="videochamadas",
    summary="Quem está nas reuniões de um encaminhamento",
    access=Access.CALLER,
    description=(
        "As reuniões do encaminhamento que este serviço conhece, a mais nova primeiro (no máximo "
        "20), com o que o serviço de atendimento soube, ou está para saber, de cada pessoa. Uma "
        "reunião recém-aberta aparece sem pessoas. `status`: `closed` desde que o encerramento foi "
        "pedido (ninguém mais entra), `live` enquanto há alguém dentro, senão `open`. `since` é "
        "null quando não se sabe desde quando. `referralKnown` é false quando o encaminhamento não "
        "pôde ser lido agora, ou não existe: vale então o que está guardado."
    ),
    headers={"If-None-Match": "O `ETag` que quem pergunta já tem: sem mudança, a resposta é 304."},
    replies=(
        Reply(200, "Quem está lá.", PresenceReply, EXAMPLE, FRESH),
        Reply(304, "Nada mudou.", headers=FRESH),
    ),
    problems=("unknown-referral", "storage-unavailable"),
    reads=True,
)

STREAM_PRESENCE = Operation(
    method="GET",
    path="/api/referrals/{referralId}/presence/stream",
    handler=presence_stream.stream_presence,
    id="streamPresence",
    tag="videochamadas",
    summary="Acompanhar quem está nas reuniões de um encaminhamento",
    access=Access.CALLER,
    description=(
        "Server-sent events: o documento inteiro de `/api/referrals/{referralId}/presence` logo no "
        "início e de novo a cada mudança, com o seu resumo como `id`; um comentário a cada 15 s. O "
        "evento `problem` traz um documento de problema e encerra a transmissão: a credencial "
        "expirou (`invalid-credentials`), o direito acabou (`forbidden`), ou o banco não responde. "
        "Cada médico pode ter seis transmissões abertas."
    ),
    headers={
        "Last-Event-ID": "O `id` do último evento recebido: se ainda vale, o primeiro é poupado."
    },
    replies=(
        Reply(
            200,
            "A transmissão, que só termina quando uma das partes a encerra.",
            example=f"id: 0f3a9c\ndata: {json.dumps(EXAMPLE)}\n\n",
            headers={"Cache-Control": "`no-store, no-transform`", "X-Accel-Buffering": "`no`"},
            media="text/event-stream",
        ),
    ),
    problems=("unknown-referral", "too-many-requests", "storage-unavailable", "streams-full"),
)
