"""Examples of the views' documents."""

from collections.abc import Mapping

QUEUE = {"count": 0, "oldestSeconds": 0.0}
QUEUES = {
    "deliveries": QUEUE,
    "updates": QUEUE,
    "closings": QUEUE,
    "unconnected": QUEUE,
    "dead": 1,
    "refused": 0,
}
CALL: Mapping[str, object] = {
    "referralId": "referral-id",
    "meetingId": "meeting-id",
    "openedAt": "2026-01-01T00:00:00.000Z",
    "status": "live",
    "provider": {
        "source": "answer",
        "at": "2026-01-01T00:00:20.000Z",
        "sessionId": None,
        "inside": [{"userId": "doctor-id", "peerId": "peer-id", "joinedAt": None}],
    },
    "users": [
        {
            "userId": "doctor-id",
            "inMeeting": True,
            "since": "2026-01-01T00:00:05.000Z",
            "because": "a connection is open",
            "connections": 1,
            "told": {"inMeeting": True, "at": "2026-01-01T00:00:06.000Z"},
            "waiting": None,
            "refused": None,
            "disagrees": [],
        }
    ],
    "facts": [],
    "disagreesSince": None,
}
WATCH = {
    "referralId": "referral-id",
    "doctors": [{"userId": "doctor-id", "role": "requester"}],
    "kept": {"provider": False, "webhooks": False, "attendance": False},
    "meetings": [CALL],
    "provider": [],
    "webhooks": [],
    "deliveries": [],
    "attendance": [],
}
NOW = {"calls": [CALL], "more": False}
WAITING = {**QUEUES, "changed": 7}
HEALTH = {
    "version": "0.1.0",
    "python": "3.13.1",
    "storage": "sqlite",
    "twins": {"video": False, "attendance": False},
    "ready": "ready",
    "breaker": {"open": False, "failing": 0},
    "partners": {"video": {"unavailable": False}, "attendance": {"unavailable": False}},
    "queues": QUEUES,
    "lastWebhook": None,
    "webhooksStopped": False,
    "registration": "registered",
    "streams": 1,
    "settings": {"VIDEO_PROVIDER": "dyte", "API_KEYS": "********"},
}
