"""What the service's own port has for the sandbox twins that stand in for its partners."""

from functools import partial

from aiohttp import web

from adapters.sandbox.world import SandboxWorld
from domain.installation import TWIN
from entrypoints.http.docs import DOCUMENT
from entrypoints.http.operation import Operation
from entrypoints.sandbox import control
from entrypoints.sandbox.examples import examples_of
from entrypoints.sandbox.fault_operations import ATTENDANCE_FAULTS, EVERY_TWIN, FAULTS
from entrypoints.sandbox.operations import CALLS, REFERRALS
from entrypoints.settings import Settings


def control_operations(settings: Settings) -> tuple[Operation, ...]:
    """Of the twins that there are."""
    operations: list[Operation] = []
    if settings.video_provider == TWIN:
        operations += (*CALLS, *FAULTS)
    if settings.attendance_provider == TWIN:
        operations += (*REFERRALS, *ATTENDANCE_FAULTS)
    if operations:
        operations += EVERY_TWIN
    return tuple(operations)


def resolve_world(app: web.Application, world: SandboxWorld, settings: Settings) -> None:
    """For the control routes, and for the examples of the interface's document."""
    app[control.WORLD] = world
    app[control.FAULTS] = world.faults
    app[DOCUMENT].examples = partial(
        examples_of,
        world,
        video=settings.video_provider == TWIN,
        attendance=settings.attendance_provider == TWIN,
    )
