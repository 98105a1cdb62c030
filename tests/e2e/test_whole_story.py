"""Real processes, real adapters, real HTTP: a whole call, once as Dyte and once as RealtimeKit."""

import aiohttp
import pytest

from adapters.sandbox.events import ORGANIZATION
from entrypoints.sandbox import provider
from tests.e2e.processes import free_port, running

PROFILES = {
    "dyte": (provider.DYTE_PATH, provider.DYTE_TOKEN),
    "realtimekit": (provider.REALTIMEKIT_PATH, provider.REALTIMEKIT_TOKEN),
}


def real_adapters(profile: str, video: int, attendance: int) -> dict[str, str]:
    """The settings with which the service talks to the sandbox's partners on these ports."""
    path, token = PROFILES[profile]
    return {
        "WEBHOOK_KEY_URL": f"http://127.0.0.1:{video}{provider.KEY_PATH}",
        "PROVIDER_ORG_ID": ORGANIZATION,
        "VIDEO_PROVIDER": profile,
        "DYTE_BASE_URL": f"http://127.0.0.1:{video}{path}",
        "DYTE_TOKEN": token,
        "ATTENDANCE_PROVIDER": "http",
        "ATTENDANCE_BASE_URL": f"http://127.0.0.1:{attendance}",
    }


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_whole_call_ends_with_both_doctors_out(profile: str) -> None:
    ours, video, attendance = (free_port() for _ in range(3))
    env = {
        "AUTH": "none",
        "ALLOW_INSECURE": "no-auth",
        "PORT": str(ours),
        **real_adapters(profile, video, attendance),
    }
    sandbox = (
        "sandbox",
        f"--provider-port={video}",
        f"--attendance-port={attendance}",
        f"--webhook=http://127.0.0.1:{ours}/api/dyte/webhook",
    )
    async with (
        running(*sandbox, until="then"),
        running("serve", until="then", **env),
        aiohttp.ClientSession(f"http://127.0.0.1:{ours}") as service,
        aiohttp.ClientSession(f"http://127.0.0.1:{video}") as provider_control,
        aiohttp.ClientSession(f"http://127.0.0.1:{attendance}") as attendance_control,
    ):
        answer = await service.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"})
        meeting = (await answer.json())["data"]["id"]
        for doctor, preset in (
            ("dra-ana", "group_call_host"),
            ("dr-bruno", "group_call_participant"),
        ):
            body = {
                "user": {"name": doctor, "avatar": "", "id": doctor},
                "idMeet": meeting,
                "type_preset": preset,
            }
            joined = await service.post("/api/dyte/participants", json=body)
            assert (await joined.json())["data"]["token"]
            await provider_control.post(f"/sandbox/calls/{meeting}/join", json={"userId": doctor})
            await service.post(
                f"/attendance-service/referrals/enc-1001/meetings/{meeting}/user",
                json={"inMeeting": True, "userId": doctor},
            )
        inside = await shown(attendance_control)
        await provider_control.post(f"/sandbox/calls/{meeting}/everyone-leaves")
        await provider_control.get("/sandbox/webhooks")
        outside = await shown(attendance_control)

    assert inside == {"dra-ana": True, "dr-bruno": True}
    assert outside == {"dra-ana": False, "dr-bruno": False}


async def shown(attendance: aiohttp.ClientSession) -> dict[str, bool]:
    document = await (await attendance.get("/sandbox/referrals/enc-1001")).json()
    return {user["userId"]: user["inMeeting"] for user in document["users"]}
