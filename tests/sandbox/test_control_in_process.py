"""The same control routes on the service's own port, while the twins run in process."""

from entrypoints.sandbox.control import WORLD
from tests.conftest import Client
from tests.http.test_endpoints import a_join, a_meeting


async def test_a_whole_call_played_on_our_own_port_puts_both_doctors_out(client: Client) -> None:
    client.app[WORLD].webhooks.registrations.clear()
    client.app[WORLD].register(str(client.make_url("/api/dyte/webhook")))
    meeting = await a_meeting(client)
    call = f"/sandbox/calls/{meeting}"
    for doctor in ("dra-ana", "dr-bruno"):
        await client.post("/api/dyte/participants", json=a_join(meeting, id=doctor))
        joined = await client.post(f"{call}/join", json={"userId": doctor})
        assert joined.status == 201
        await client.get("/sandbox/webhooks")  # is answered once all of them are
        presence = f"/attendance-service/referrals/enc-1001/meetings/{meeting}/user"
        await client.post(presence, json={"inMeeting": True, "userId": doctor})

    calls = await (await client.get("/sandbox/calls")).json()
    await client.post(f"{call}/everyone-leaves")
    delivered = await (await client.get("/sandbox/webhooks")).json()

    assert [peer["userId"] for peer in calls["calls"][0]["inside"]] == ["dra-ana", "dr-bruno"]
    assert {tuple(row["statuses"]) for row in delivered["deliveries"]} == {(200,)}
    referral = await (await client.get("/sandbox/referrals/enc-1001")).json()
    assert [user["inMeeting"] for user in referral["users"]] == [False, False]


async def test_what_cannot_be_done_is_said(client: Client) -> None:
    meeting = await a_meeting(client)

    not_admitted = await client.post(f"/sandbox/calls/{meeting}/join", json={"userId": "x"})
    nobody_there = await client.post(f"/sandbox/calls/{meeting}/everyone-leaves")
    no_meeting = await client.post("/sandbox/calls/nope/host-ends")

    assert (not_admitted.status, nobody_there.status, no_meeting.status) == (409, 409, 404)


async def test_calls_to_a_twin_in_process_cannot_be_made_to_fail(client: Client) -> None:
    api = await client.put("/sandbox/faults", json={"api": {"hang": 1}})
    webhooks = await client.put("/sandbox/faults", json={"seed": 3, "webhooks": {"drop": 0.5}})
    unknown = await client.put("/sandbox/faults", json={"webhook": {"drop": 0.5}})

    assert (api.status, webhooks.status, unknown.status) == (409, 200, 422)
    assert (await (await client.get("/sandbox/faults")).json())["seed"] == 3
