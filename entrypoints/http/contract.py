"""The contract's endpoints, and what we added for front ends: routes, documents and examples in one
table."""

from entrypoints.http import idempotency, meetings, presence, webhook
from entrypoints.http.access import cors
from entrypoints.http.operation import Access, Metered, Operation, Reply
from entrypoints.http.presence_operations import SEE_PRESENCE, STREAM_PRESENCE
from entrypoints.http.schemas import (
    JoinMeetingBody,
    LeaveMeetingBody,
    MeetingReply,
    MessageReply,
    OtherEventBody,
    ParticipantReply,
    ReportPresenceBody,
    SessionEndBody,
    StartMeetingBody,
)

VIDEO = ("partner-refused", "partner-declined", "partner-misconfigured", "partner-broken")
STORED = ("unknown-referral", "partner-refused", "storage-unavailable")
ONCE = ("invalid-idempotency-key", "idempotency-key-reused", "idempotency-in-progress")
AWAY = ("partner-unavailable", "partner-timeout")

START_MEETING = Operation(
    method="POST",
    path="/api/dyte/meeting",
    handler=meetings.start_meeting,
    id="startMeeting",
    tag="videochamadas",
    summary="Criar meeting no Dyte",
    access=Access.CALLER,
    description=(
        "Abre uma nova reunião a cada chamada. O título é o id do encaminhamento. Com "
        "`Idempotency-Key`, repetir a chamada devolve a mesma reunião durante 24 horas; o serviço "
        "também pode estar configurado para manter uma só reunião por encaminhamento."
    ),
    bodies=(StartMeetingBody,),
    body_example={"titleMeet": "referral-id-ou-titulo"},
    headers={
        idempotency.HEADER: (
            "Uma chave única por reunião desejada, como um UUID, entre aspas ou não: repetida com "
            "o mesmo corpo, recebe a mesma resposta. Erros não são guardados."
        )
    },
    patterns={idempotency.HEADER: idempotency.PATTERN},
    replies=(
        Reply(
            201,
            "Reunião aberta. O que o provedor não informa é null.",
            MeetingReply,
            {
                "data": {
                    "id": "meeting-id",
                    "title": "titulo",
                    "preferred_region": "ap-south-1",
                    "created_at": "2026-01-01T00:00:00Z",
                    "record_on_start": False,
                    "updated_at": "2026-01-01T00:00:00Z",
                    "live_stream_on_start": False,
                    "persist_chat": False,
                    "summarize_on_end": False,
                    "status": "ACTIVE",
                    "recording_config": "NOT_CONFIGURED",
                }
            },
        ),
    ),
    problems=(*ONCE, *VIDEO, *AWAY, "timed-out", "storage-unavailable"),
    metered=Metered.EVERYBODY,
)

JOIN_MEETING = Operation(
    method="POST",
    path="/api/dyte/participants",
    handler=meetings.join_meeting,
    id="joinMeeting",
    tag="videochamadas",
    summary="Adicionar participante",
    access=Access.CALLER,
    description=(
        "Admite uma pessoa na reunião e devolve o token com que ela entra. Pode ser repetido: quem "
        "já foi admitido recebe um novo token. Um avatar que não seja uma URL https é descartado."
    ),
    bodies=(JoinMeetingBody,),
    body_example={
        "user": {"name": "Nome", "avatar": "https://exemplo.com.br/foto.png", "id": "user-id"},
        "idMeet": "meeting-id",
        "type_preset": "group_call_host",
    },
    replies=(
        Reply(
            201,
            "Pessoa admitida.",
            ParticipantReply,
            {
                "data": {
                    "id": "participant-id",
                    "name": "Nome",
                    "picture": "https://exemplo.com.br/foto.png",
                    "custom_participant_id": "user-id",
                    "preset_name": "group_call_host",
                    "created_at": "2026-01-01T00:00:00Z",
                    "updated_at": "2026-01-01T00:00:00Z",
                    "token": "dyte-token",
                }
            },
            {
                "Cache-Control": "`no-store`: o token não deve ser guardado por ninguém.",
                cors.LEAVE_TICKET: (
                    "O bilhete com que esta pessoa sai desta reunião, e mais nada, durante 12 "
                    "horas: vai como `leaveTicket` no corpo de `/api/update-doctor-meet`, de onde "
                    "nenhum cabeçalho pode ser enviado."
                ),
            },
        ),
    ),
    problems=(
        "unknown-meeting",
        "host-not-allowed",
        "meeting-closed",
        *VIDEO,
        *AWAY,
        "timed-out",
        "storage-unavailable",
    ),
    metered=Metered.EVERYBODY,
)

END_MEETING = Operation(
    method="POST",
    path="/api/dyte/meeting/{meetingId}/end",
    handler=meetings.end_meeting,
    id="endMeeting",
    tag="videochamadas",
    summary="Encerrar a videochamada para todos",
    access=Access.CALLER,
    description=(
        "A partir daqui ninguém entra, nem quem já recebeu um token. Quem está dentro é retirado, "
        "e os dois médicos deixam de aparecer na reunião. Só um médico que pode ser anfitrião, ou "
        "um serviço. Não precisa de corpo e pode ser repetido."
    ),
    replies=(
        Reply(200, "Encerrada.", MessageReply, meetings.ENDED.model_dump()),
        Reply(
            202,
            "Guardado: já ninguém entra; o restante será aplicado em instantes.",
            MessageReply,
            meetings.ENDED_LATER.model_dump(),
        ),
    ),
    problems=("unknown-meeting", *AWAY, "storage-unavailable"),
    metered=Metered.PEOPLE,
)

REPORT_PRESENCE = Operation(
    method="POST",
    path="/attendance-service/referrals/{referralId}/meetings/{meetingId}/user",
    handler=presence.report_presence,
    id="reportPresence",
    tag="videochamadas",
    summary="Atualizar status do usuário na meeting",
    access=Access.CALLER,
    description="Informa se a pessoa está na reunião. Vale o que for dito por último.",
    bodies=(ReportPresenceBody,),
    body_example={"inMeeting": False, "userId": "doctor-id"},
    replies=(
        Reply(200, "Status atualizado.", MessageReply, presence.UPDATED.model_dump()),
        Reply(
            202,
            "Guardado; será aplicado em instantes.",
            MessageReply,
            presence.UPDATED_LATER.model_dump(),
        ),
    ),
    problems=("meeting-closed", *STORED),
    metered=Metered.PEOPLE,
)

LEAVE_MEETING = Operation(
    method="POST",
    path="/api/update-doctor-meet",
    handler=presence.leave_meeting,
    id="leaveMeeting",
    tag="videochamadas",
    summary="Endpoint interno para saída de médico",
    access=Access.LEAVER,
    description=(
        "O médico saiu da reunião. Aceita o que `navigator.sendBeacon` envia: `text/plain` ou "
        "nenhum tipo de conteúdo, e nenhum cabeçalho próprio. Sem `Authorization`, ou com uma que "
        "não vale (vazia, expirada), o corpo traz o bilhete que a pessoa recebeu ao entrar "
        "(`X-Leave-Ticket`) e tem no máximo 4 KiB. Onde o token do médico vem num cookie "
        "(`JWT_FROM`), o bilhete não é preciso."
    ),
    bodies=(LeaveMeetingBody,),
    body_types=("application/json", "text/plain"),
    body_example={"doctorID": "doctor-id", "referralID": "referral-id", "meetID": "meet-id"},
    replies=(
        Reply(200, "Saída registrada.", MessageReply, presence.LEFT.model_dump()),
        Reply(
            202,
            "Guardada; será aplicada em instantes.",
            MessageReply,
            presence.LEFT_LATER.model_dump(),
        ),
    ),
    problems=STORED,
    metered=Metered.PEOPLE,
)

RECEIVE_WEBHOOK = Operation(
    method="POST",
    path="/api/dyte/webhook",
    handler=webhook.receive_webhook,
    id="receiveWebhook",
    tag="videochamadas",
    summary="Webhook Dyte",
    access=Access.PROVIDER,
    description=(
        "`meeting.title` é tratado como id do encaminhamento. Quando `reason` é "
        "`ALL_PARTICIPANTS_LEFT`, solicitante e especialista são marcados como "
        "`inMeeting: false`. Outros eventos são aceitos e não alteram nada."
    ),
    bodies=(SessionEndBody, OtherEventBody),
    body_example={
        "event": "meeting.ended",
        "meeting": {
            "id": "meeting-id",
            "sessionId": "session-id",
            "title": "referral-id",
            "status": "LIVE",
            "createdAt": "2026-01-01T00:00:00Z",
            "startedAt": "2026-01-01T00:00:00Z",
            "endedAt": "2026-01-01T00:30:00Z",
            "organizedBy": {"id": "organization-id", "name": "Organização"},
        },
        "reason": "ALL_PARTICIPANTS_LEFT",
    },
    headers={
        "dyte-signature": "Assinatura RSA-SHA256 do corpo, em base64 (Dyte).",
        "dyte-uuid": "Identificador do evento (Dyte).",
        "dyte-webhook-id": "Identificador do webhook registrado (Dyte).",
        "rtk-signature": "Assinatura RSA-SHA256 do corpo, em base64 (RealtimeKit).",
        "rtk-uuid": "Identificador da entrega (RealtimeKit).",
        "rtk-webhook-id": "Identificador do webhook registrado (RealtimeKit).",
    },
    replies=(
        Reply(
            200,
            "Evento aplicado, ou reconhecido e sem efeito; `Webhook-Outcome` diz qual dos dois.",
            MessageReply,
            {"message": webhook.APPLIED},
            {
                "Webhook-Outcome": (
                    "`applied`: aplicado; `ignored`: nada a fazer; `stale`: já há outra chamada; "
                    "`duplicate`: já tratado antes; "
                    "`dead`: recusado de vez."
                )
            },
        ),
        Reply(
            202,
            "Evento guardado; será aplicado em instantes.",
            MessageReply,
            {"message": webhook.PENDING},
            {"Webhook-Outcome": "`pending`"},
        ),
    ),
    problems=("bad-signature", "key-unavailable", "storage-unavailable"),
)

FRONT_END = (
    START_MEETING,
    JOIN_MEETING,
    REPORT_PRESENCE,
    LEAVE_MEETING,
    END_MEETING,
    SEE_PRESENCE,
    STREAM_PRESENCE,
)
CONTRACT = (*FRONT_END, RECEIVE_WEBHOOK)
