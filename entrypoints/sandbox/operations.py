"""The control routes of the sandbox, with their documents."""

from entrypoints.http.operation import Access, Operation, Reply
from entrypoints.http.schemas import MessageReply
from entrypoints.sandbox import control
from entrypoints.sandbox.noted import DeliveriesQuery, DeliveriesReply
from entrypoints.sandbox.schemas import (
    CallsReply,
    PeerState,
    PersonBody,
    ReferralBody,
    ReferralState,
)

TAG = "sandbox"
PERSON = {"userId": "dra-ana"}
IN_CALL = ("unknown-meeting", "sandbox-impossible")
DONE = (Reply(200, "Feito.", MessageReply, {"message": "Feito."}),)
JOINED = (Reply(201, "Uma nova conexão da pessoa.", PeerState),)
REFERRAL = {"solicitante": {"id": "dra-ana"}, "especialista": {"id": "dr-bruno"}}

REFERRALS = (
    Operation(
        method="GET",
        path="/sandbox/referrals/{referralId}",
        handler=control.get_referral,
        id="sandboxGetReferral",
        tag=TAG,
        summary="Um encaminhamento de ensaio e quem aparece em reunião",
        access=Access.DEVELOPER,
        replies=(Reply(200, "O encaminhamento.", ReferralState),),
        problems=("unknown-referral",),
    ),
    Operation(
        method="PUT",
        path="/sandbox/referrals/{referralId}",
        handler=control.put_referral,
        id="sandboxPutReferral",
        tag=TAG,
        summary="Acrescentar ou trocar um encaminhamento de ensaio",
        access=Access.DEVELOPER,
        bodies=(ReferralBody,),
        body_example=REFERRAL,
        replies=(Reply(200, "O encaminhamento.", ReferralState),),
    ),
)

CALLS = (
    Operation(
        method="GET",
        path="/sandbox/calls",
        handler=control.list_calls,
        id="sandboxCalls",
        tag=TAG,
        summary="As reuniões de ensaio e quem está dentro",
        access=Access.DEVELOPER,
        replies=(Reply(200, "As reuniões.", CallsReply),),
    ),
    Operation(
        method="POST",
        path="/sandbox/calls/{meetingId}/join",
        handler=control.join,
        id="sandboxJoin",
        tag=TAG,
        summary="Uma pessoa admitida entra; de novo é mais uma aba",
        access=Access.DEVELOPER,
        bodies=(PersonBody,),
        body_example=PERSON,
        replies=JOINED,
        problems=IN_CALL,
    ),
    Operation(
        method="POST",
        path="/sandbox/calls/{meetingId}/reconnect",
        handler=control.reconnect,
        id="sandboxReconnect",
        tag=TAG,
        summary="A conexão cai e volta: a nova entra antes de a antiga sair",
        access=Access.DEVELOPER,
        bodies=(PersonBody,),
        body_example=PERSON,
        replies=JOINED,
        problems=IN_CALL,
    ),
    Operation(
        method="POST",
        path="/sandbox/calls/{meetingId}/drop",
        handler=control.drop,
        id="sandboxDrop",
        tag=TAG,
        summary="A conexão cai; a sessão espera",
        access=Access.DEVELOPER,
        bodies=(PersonBody,),
        body_example=PERSON,
        replies=DONE,
        problems=IN_CALL,
    ),
    Operation(
        method="POST",
        path="/sandbox/calls/{meetingId}/leave",
        handler=control.leave,
        id="sandboxLeave",
        tag=TAG,
        summary="Uma pessoa sai; quando não resta ninguém, a sessão termina",
        access=Access.DEVELOPER,
        bodies=(PersonBody,),
        body_example=PERSON,
        replies=DONE,
        problems=IN_CALL,
    ),
    Operation(
        method="POST",
        path="/sandbox/calls/{meetingId}/everyone-leaves",
        handler=control.everyone_leaves,
        id="sandboxEveryoneLeaves",
        tag=TAG,
        summary="Todos saem (ALL_PARTICIPANTS_LEFT)",
        access=Access.DEVELOPER,
        replies=DONE,
        problems=IN_CALL,
    ),
    Operation(
        method="POST",
        path="/sandbox/calls/{meetingId}/host-ends",
        handler=control.host_ends,
        id="sandboxHostEnds",
        tag=TAG,
        summary="O anfitrião encerra (HOST_ENDED_MEETING)",
        access=Access.DEVELOPER,
        replies=DONE,
        problems=IN_CALL,
    ),
    Operation(
        method="GET",
        path="/sandbox/webhooks",
        handler=control.list_deliveries,
        id="sandboxWebhooks",
        tag=TAG,
        summary="Os webhooks e as respostas; espera os que estão a caminho, se não `wait=false`",
        access=Access.DEVELOPER,
        query=DeliveriesQuery,
        replies=(Reply(200, "As entregas.", DeliveriesReply),),
    ),
    Operation(
        method="POST",
        path="/sandbox/rotate-key",
        handler=control.rotate_key,
        id="sandboxRotateKey",
        tag=TAG,
        summary="Assinar com outra chave de agora em diante",
        access=Access.DEVELOPER,
        replies=DONE,
    ),
)

REGISTRATIONS = (
    Operation(
        method="POST",
        path="/sandbox/registrations/lose",
        handler=control.lose_registrations,
        id="sandboxLoseRegistrations",
        tag=TAG,
        summary="Os registros de webhook somem",
        access=Access.DEVELOPER,
        replies=DONE,
    ),
    Operation(
        method="POST",
        path="/sandbox/registrations/disable",
        handler=control.disable_registrations,
        id="sandboxDisableRegistrations",
        tag=TAG,
        summary="Os registros de webhook ficam desativados",
        access=Access.DEVELOPER,
        replies=DONE,
    ),
)
"""Only at the provider that is served over HTTP: nothing could register the one in process again.
"""
