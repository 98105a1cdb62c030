"""The control routes for faults, the log and a new beginning, with their documents."""

from adapters.sandbox.faults import FaultPlan
from entrypoints.http.operation import Access, Operation, Reply
from entrypoints.sandbox import control
from entrypoints.sandbox.noted import LogReply
from entrypoints.sandbox.operations import DONE, TAG

PLAN = (Reply(200, "O plano de falhas.", FaultPlan),)

FAULTS = (
    Operation(
        method="GET",
        path="/sandbox/faults",
        handler=control.get_faults,
        id="sandboxGetFaults",
        tag=TAG,
        summary="As falhas em vigor",
        access=Access.DEVELOPER,
        replies=PLAN,
    ),
    Operation(
        method="PUT",
        path="/sandbox/faults",
        handler=control.put_faults,
        id="sandboxPutFaults",
        tag=TAG,
        summary="Falhar de propósito; a mesma semente repete as mesmas falhas",
        access=Access.DEVELOPER,
        bodies=(FaultPlan,),
        body_example={"seed": 7, "webhooks": {"double": 0.5}},
        replies=PLAN,
    ),
)

ATTENDANCE_FAULTS = (
    Operation(
        method="GET",
        path="/sandbox/attendance-faults",
        handler=control.get_attendance_faults,
        id="sandboxGetAttendanceFaults",
        tag=TAG,
        summary="As falhas em vigor do serviço de atendimento de ensaio",
        access=Access.DEVELOPER,
        replies=PLAN,
    ),
    Operation(
        method="PUT",
        path="/sandbox/attendance-faults",
        handler=control.put_attendance_faults,
        id="sandboxPutAttendanceFaults",
        tag=TAG,
        summary="O mesmo para o serviço de atendimento de ensaio, onde ambos estão numa só porta",
        access=Access.DEVELOPER,
        bodies=(FaultPlan,),
        body_example={"api": {"down": 1}},
        replies=PLAN,
    ),
)
"""Where both twins are on one port; each of the two that are served has ``/sandbox/faults``."""

EVERY_TWIN = (
    Operation(
        method="GET",
        path="/sandbox/log",
        handler=control.show_log,
        id="sandboxLog",
        tag=TAG,
        summary="O que foi perguntado aos parceiros de ensaio e o que lá aconteceu",
        access=Access.DEVELOPER,
        description="As últimas 1000 linhas, em memória. `answer` é `ok` ou o motivo da falha.",
        replies=(Reply(200, "As linhas.", LogReply),),
    ),
    Operation(
        method="POST",
        path="/sandbox/reset",
        handler=control.reset,
        id="sandboxReset",
        tag=TAG,
        summary="Começar de novo",
        access=Access.DEVELOPER,
        replies=DONE,
    ),
)
