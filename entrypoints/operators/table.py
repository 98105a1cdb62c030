"""The operators' operations: stored webhooks, waiting updates and closings, who is shown in a
meeting, and visits in figures."""

from entrypoints.http.operation import Access, Operation, Reply
from entrypoints.operators import inbox, presence, visits
from entrypoints.operators.answers import CountReply
from entrypoints.operators.rows import ClosingsReply, DeliveryShown, InboxReply, UpdatesReply
from entrypoints.operators.schemas import (
    ClearBody,
    DeliveryPath,
    DiscardBody,
    InboxQuery,
    RetryBody,
    VisitsQuery,
    WaitingQuery,
)
from entrypoints.operators.timeline import TimelineReply
from entrypoints.operators.visits import VisitsReply

TAG = "operação"
NO_STORE = {"Cache-Control": "`no-store`: fala de pessoas."}
LISTED = ("storage-unavailable",)
ABOUT_ONE = ("nothing-known", "storage-unavailable")
DELIVERY = {
    "id": 17,
    "received": "2026-01-01T00:30:00+00:00",
    "state": "dead",
    "event": "meeting.ended",
    "outcome": None,
    "why": "unknown-referral",
    "referral": "referral-id",
    "meeting": "meeting-id",
    "attempts": 1,
    "failures": 0,
    "due": None,
}
UPDATE = {
    "referral": "referral-id",
    "meeting": "meeting-id",
    "person": "doctor-id",
    "state": "waiting",
    "why": "partner-unavailable",
    "attempts": 3,
    "failures": 3,
    "due": "2026-01-01T00:30:20+00:00",
}
CLOSING = {
    "referral": "referral-id",
    "meeting": "meeting-id",
    "why": "partner-unavailable",
    "attempts": 3,
    "failures": 3,
    "due": "2026-01-01T00:30:20+00:00",
}
TIMELINE = {
    "meetingId": "meeting-id",
    "facts": [
        {
            "seq": 1,
            "at": "2026-01-01T00:00:00+00:00",
            "kind": "Reported",
            "says": {"person": "doctor-id", "in_meeting": True, "why": ""},
        }
    ],
    "seats": [
        {
            "userId": "doctor-id",
            "inMeeting": True,
            "because": "reported in",
            "told": {"inMeeting": True, "at": "2026-01-01T00:00:01+00:00", "upTo": 1},
            "waiting": None,
            "refused": None,
        }
    ],
}
VISIT = {
    "referral": "referral-id",
    "meeting": "meeting-id",
    "opened": "2026-01-01T00:00:00+00:00",
    "firstIn": "2026-01-01T00:01:10+00:00",
    "lastOut": "2026-01-01T00:25:30+00:00",
    "bothInsideSeconds": 1320,
    "connections": 3,
    "ended": "emptied",
    "corrected": False,
    "estimated": False,
}


def _count(meaning: str) -> tuple[Reply, ...]:
    return (Reply(200, meaning, CountReply, {"count": 1}, NO_STORE),)


INBOX = (
    Operation(
        method="GET",
        path="/operations/inbox",
        handler=inbox.list_deliveries,
        reads=True,
        id="listInbox",
        tag=TAG,
        summary="Os webhooks guardados",
        access=Access.OPERATOR,
        description="Os mais novos primeiro, sem o corpo.",
        query=InboxQuery,
        replies=(Reply(200, "Os webhooks.", InboxReply, {"deliveries": [DELIVERY]}, NO_STORE),),
        problems=LISTED,
    ),
    Operation(
        method="GET",
        path="/operations/presence-updates",
        handler=inbox.list_updates,
        reads=True,
        id="listPresenceUpdates",
        tag=TAG,
        summary="O que o serviço de atendimento ainda não soube",
        access=Access.OPERATOR,
        description="Uma linha por pessoa e reunião: espera (`waiting`) ou recusada (`refused`).",
        query=WaitingQuery,
        replies=(Reply(200, "As linhas.", UpdatesReply, {"updates": [UPDATE]}, NO_STORE),),
        problems=LISTED,
    ),
    Operation(
        method="GET",
        path="/operations/closings",
        handler=inbox.list_closings,
        reads=True,
        id="listClosings",
        tag=TAG,
        summary="As reuniões que o provedor ainda não encerrou",
        access=Access.OPERATOR,
        description="São tentadas de novo sem limite; `why` é a última falha.",
        query=WaitingQuery,
        replies=(Reply(200, "As reuniões.", ClosingsReply, {"closings": [CLOSING]}, NO_STORE),),
        problems=LISTED,
    ),
    Operation(
        method="POST",
        path="/operations/inbox/retry",
        handler=inbox.retry_deliveries,
        id="retryInbox",
        tag=TAG,
        summary="Tentar de novo os webhooks recusados de vez",
        access=Access.OPERATOR,
        description=(
            "Com `since`, só os recebidos desde então; sem ele, todos, e também o que o serviço de "
            "atendimento recusou."
        ),
        bodies=(RetryBody,),
        body_example={"since": "2h"},
        replies=_count("Quantos serão tentados de novo."),
        problems=LISTED,
    ),
    Operation(
        method="GET",
        path="/operations/inbox/{id}",
        handler=inbox.show_delivery,
        reads=True,
        id="showInbox",
        tag=TAG,
        summary="Um webhook com o seu corpo",
        access=Access.OPERATOR,
        description="Os nomes no corpo são ocultados. O corpo é null depois de descartado.",
        numbers=DeliveryPath,
        replies=(
            Reply(
                200,
                "O webhook.",
                DeliveryShown,
                {**DELIVERY, "body": {"event": "meeting.ended"}},
                NO_STORE,
            ),
        ),
        problems=ABOUT_ONE,
    ),
    Operation(
        method="POST",
        path="/operations/inbox/{id}/retry",
        handler=inbox.retry_delivery,
        id="retryOneOfInbox",
        tag=TAG,
        summary="Tentar de novo um webhook recusado de vez",
        access=Access.OPERATOR,
        numbers=DeliveryPath,
        replies=_count("Será tentado de novo."),
        problems=ABOUT_ONE,
    ),
    Operation(
        method="POST",
        path="/operations/inbox/{id}/discard",
        handler=inbox.discard_delivery,
        id="discardOneOfInbox",
        tag=TAG,
        summary="Encerrar de vez um webhook que espera ou foi recusado",
        access=Access.OPERATOR,
        description="O motivo fica guardado com o webhook: não deve conter nomes.",
        numbers=DeliveryPath,
        bodies=(DiscardBody,),
        body_example={"why": "chamada de teste"},
        replies=_count("Está encerrado."),
        problems=ABOUT_ONE,
    ),
)

PRESENCE = (
    Operation(
        method="GET",
        path="/operations/presence/{referral}",
        handler=presence.show_presence,
        reads=True,
        id="showPresence",
        tag=TAG,
        summary="Por que alguém aparece em reunião",
        access=Access.OPERATOR,
        description=(
            "Para cada reunião do encaminhamento: os fatos na ordem em que foram guardados, o que "
            "eles significam para cada pessoa e o que o serviço de atendimento soube. "
            "`told` é null quando ainda não soube nada."
        ),
        replies=(Reply(200, "A história.", TimelineReply, {"meetings": [TIMELINE]}, NO_STORE),),
        problems=ABOUT_ONE,
    ),
    Operation(
        method="POST",
        path="/operations/presence/{referral}/clear",
        handler=presence.clear_presence,
        id="clearPresence",
        tag=TAG,
        summary="Corrigir: a pessoa saiu de todas as reuniões do encaminhamento",
        access=Access.OPERATOR,
        description=(
            "Fica guardado como um relato de saída, com o motivo (sem nomes), e é aplicado em "
            "instantes."
        ),
        bodies=(ClearBody,),
        body_example={"userId": "doctor-id", "why": "aparece desde ontem"},
        replies=_count("De quantas reuniões a pessoa saiu."),
        problems=ABOUT_ONE,
    ),
)

VISITS = (
    Operation(
        method="GET",
        path="/operations/visits",
        handler=visits.list_visits,
        reads=True,
        id="listVisits",
        tag=TAG,
        summary="As visitas em números",
        access=Access.OPERATOR,
        description=(
            "Uma por reunião e encaminhamento, na ordem em que as reuniões ficaram conhecidas, sem "
            "pessoas. Para estatística: não é prontuário. `bothInsideSeconds` é o tempo em que "
            "estavam duas ou mais das pessoas cuja presença é guardada (os médicos do "
            "encaminhamento e quem foi relatado); até agora, se `ended` é `still-on`. "
            "`connections` conta as entradas: outra aba e cada reconexão contam. `ended` é null se "
            "ninguém veio. `corrected`: uma varredura corrigiu quem estava. `estimated`: alguma "
            "entrada ou saída só é conhecida pelo nosso relógio, não pelo do provedor. `next` é o "
            "`after` da página seguinte; null na última."
        ),
        query=VisitsQuery,
        replies=(
            Reply(200, "As visitas.", VisitsReply, {"visits": [VISIT], "next": None}, NO_STORE),
        ),
        problems=LISTED,
    ),
)

FOR_OPERATORS = (*INBOX, *PRESENCE, *VISITS)
