"""The same control routes on the service's own port, while the twins run in process."""

from adapters.sandbox.log import KEPT
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


async def test_faults_of_each_partner_work_in_process_and_are_noted(client: Client) -> None:
    meeting = await a_meeting(client)
    presence = f"/attendance-service/referrals/enc-1001/meetings/{meeting}/user"
    down = {"seed": 3, "api": {"down": 1}}

    attendance = await client.put("/sandbox/attendance-faults", json=down)
    report = await client.post(presence, json={"inMeeting": True, "userId": "dra-ana"})
    still = await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"})
    video = await client.put("/sandbox/faults", json=down)
    failed = await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"})
    unknown = await client.put("/sandbox/faults", json={"webhook": {"drop": 0.5}})

    assert (attendance.status, video.status, unknown.status) == (200, 200, 422)
    assert (report.status, still.status, failed.status) == (202, 201, 503)
    assert (await (await client.get("/sandbox/attendance-faults")).json())["seed"] == 3
    entries = (await (await client.get("/sandbox/log")).json())["entries"]
    noted = {(one["partner"], one["what"], one["referralId"], one["answer"]) for one in entries}
    assert noted >= {
        ("video", "open", "enc-1001", "ok"),
        ("video", "open", "enc-1001", "partner-unavailable"),
        ("attendance", "set_in_meeting", "enc-1001", "partner-unavailable"),
    }
    assert [one["id"] for one in entries] == list(range(1, len(entries) + 1))


async def test_webhooks_are_shown_with_what_they_met_and_without_waiting_when_asked(
    client: Client,
) -> None:
    client.app[WORLD].webhooks.registrations.clear()
    client.app[WORLD].register(str(client.make_url("/api/dyte/webhook")))
    meeting = await a_meeting(client)
    await client.post("/api/dyte/participants", json=a_join(meeting, id="dra-ana"))
    late = {"delay_rate": 1, "delay_seconds": 3600}
    for plan in ({"drop": 1}, {"double": 1}, late):
        await client.put("/sandbox/faults", json={"webhooks": plan})
        await client.post(f"/sandbox/calls/{meeting}/join", json={"userId": "dra-ana"})
        if plan != late:
            await client.get("/sandbox/webhooks")
    shown = await client.get("/sandbox/webhooks", params={"wait": "false"})

    rows = (await shown.json())["deliveries"]
    assert [(row["event"].partition(".")[2], row["met"], row["statuses"]) for row in rows] == [
        ("started", ["lost"], []),
        ("participantJoined", ["lost"], []),
        ("participantJoined", [], [200]),
        ("participantJoined", ["doubled"], [200]),
        ("participantJoined", ["late"], []),
    ]
    assert [one["outcome"] for one in (rows[2]["attempts"] + rows[3]["attempts"])] == [
        "applied",
        "duplicate",
    ]
    assert {row["meetingId"] for row in rows} == {meeting}
    assert {row["referralId"] for row in rows} == {"enc-1001"}
    assert rows[1]["userId"] == "dra-ana"
    assert rows[2]["at"] <= rows[2]["attempts"][0]["at"] <= rows[2]["attempts"][0]["answeredAt"]


async def test_the_log_of_the_twins_is_bounded_and_a_reset_empties_it(client: Client) -> None:
    log = client.app[WORLD].log
    for _ in range(KEPT + 5):
        log.happened({"event": "meeting.started", "meeting": {"id": "m-1", "title": None}})

    assert len(log.entries) == KEPT
    assert log.entries[-1].id == KEPT + 5
    await client.post("/sandbox/reset")
    assert (await (await client.get("/sandbox/log")).json())["entries"] == []
