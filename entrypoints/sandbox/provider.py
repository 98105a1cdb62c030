"""The fake provider: Dyte's paths with Basic, RealtimeKit's with Bearer, over the same data."""

import base64
from email.utils import format_datetime

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from adapters.sandbox.events import ORGANIZATION
from adapters.sandbox.world import SandboxWorld
from domain.errors import Partner, PartnerRefusedError, UnknownMeetingError
from entrypoints.http.middlewares import answering
from entrypoints.sandbox import control, provider_json
from entrypoints.sandbox.fault_operations import EVERY_TWIN, FAULTS
from entrypoints.sandbox.faults import PARTNER, note, spoil
from entrypoints.sandbox.operations import CALLS, REGISTRATIONS
from entrypoints.sandbox.provider_routes import PREFIX, ROUTES, BadRequestError, NotThereError

DYTE_PATH = "/v2"
REALTIMEKIT_PATH = "/client/v4/accounts/sandbox-account/realtime/kit/sandbox-app"
KEY_PATH = "/.well-known/webhooks.json"
DYTE_TOKEN = base64.b64encode(f"{ORGANIZATION}:sandbox-key".encode()).decode()
REALTIMEKIT_TOKEN = "sandbox-api-token"  # noqa: S105 - opens nothing but the sandbox

AUTHORIZATION = web.AppKey("authorization", str)


def create_provider_app(world: SandboxWorld) -> web.Application:
    """The fake provider, with the control routes for calls and faults beside it."""
    app = web.Application(middlewares=[answering()])
    app[control.WORLD] = world
    app[control.FAULTS] = world.faults
    app.on_response_prepare.append(_date)
    app.add_routes(
        [operation.route for operation in (*CALLS, *REGISTRATIONS, *FAULTS, *EVERY_TWIN)]
    )
    app.router.add_get(KEY_PATH, publish_key)
    app.add_subapp(DYTE_PATH, _interface(world, "dyte", f"Basic {DYTE_TOKEN}"))
    app.add_subapp(REALTIMEKIT_PATH, _interface(world, "rtk", f"Bearer {REALTIMEKIT_TOKEN}"))
    return app


async def publish_key(request: web.Request) -> web.Response:
    document = {
        "success": True,
        "data": {"publicKey": request.app[control.WORLD].key.public_pem},
        "message": "",
    }
    return web.Response(body=orjson.dumps(document), content_type="application/json")


def _interface(world: SandboxWorld, prefix: str, authorization: str) -> web.Application:
    interface = web.Application(middlewares=[note, _in_the_envelope, spoil, _authorize])
    interface[control.WORLD] = world
    interface[PARTNER] = Partner.VIDEO
    interface[control.FAULTS] = world.faults
    interface[PREFIX] = prefix
    interface[AUTHORIZATION] = authorization
    interface.add_routes(ROUTES)
    return interface


async def _date(request: web.Request, response: web.StreamResponse) -> None:
    """The clock that the meetings' times are of."""
    now = request.config_dict[control.WORLD].rooms.now()
    response.headers["Date"] = format_datetime(now, usegmt=True)


@web.middleware
async def _authorize(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.headers.get("Authorization") != request.app[AUTHORIZATION]:
        return provider_json.unauthorized()
    return await handler(request)


@web.middleware
async def _in_the_envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        return provider_json.failure(error.status, error.reason)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        return provider_json.failure(400, f'BAD_REQUEST: "{field}" is required or not valid')
    except (BadRequestError, ValueError) as error:
        return provider_json.failure(400, str(error))
    except PartnerRefusedError as error:
        return provider_json.failure(error.status, error.hint)
    except (NotThereError, UnknownMeetingError) as error:
        return provider_json.failure(404, str(error))
