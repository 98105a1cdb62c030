"""The whole HTTP story, with a canary in every place that a caller fills, right calls and wrong."""

import asyncio
import json
import re
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.canary.canaries import Canaries, Kind
from tests.canary.partners import FAULTS
from tests.canary.surfaces import Heard, Surface
from tests.identity import a_confused_token, a_token, an_unsigned_token, token_part
from tests.rsa_keys import key

PATIENCE = aiohttp.ClientTimeout(total=20)
MEETING = "/api/dyte/meeting"
PARTICIPANTS = "/api/dyte/participants"
LEAVE = "/api/update-doctor-meet"
WEBHOOK = "/api/dyte/webhook"
HOST, PARTICIPANT = "group_call_host", "group_call_participant"


@dataclass
class People:
    """Who is in the story, by their ids: two look like CPF numbers, one like a name."""

    requester: str
    specialist: str
    stranger: str
    erased: str


@dataclass
class Keys:
    """What services call with, and the cookie's name in which doctors' tokens may stand."""

    service: str
    operator: str
    cookie: str


@dataclass
class Story:
    """``known`` is a referral; every call and what it was answered goes to ``heard``."""

    client: aiohttp.ClientSession
    port: int
    canaries: Canaries
    heard: Heard
    people: People
    keys: Keys
    known: str
    statuses: dict[int, int] = field(default_factory=dict)
    planted: int = 0

    def plant(self, kind: Kind, place: str, form: str = "{}") -> str:
        return self.canaries.plant(kind, place, form)

    def words(self, place: str, form: str = "{}") -> str:
        return self.plant(Kind.WORDS, place, form)

    def doctor(self, person: str, name: str) -> str:
        """A doctor's own token, with a name in a claim."""
        claim = self.plant(Kind.SECRET, f"claim of {name}", "Dra. {}")
        return self.canaries.token(Kind.SECRET, f"token of {name}", a_token(person, name=claim))

    async def call(
        self,
        method: str,
        path: str,
        credential: str | None = None,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """Each with the headers that any client may send."""
        self.planted += 1
        given = {
            "X-Request-ID": self.plant(Kind.REQUEST, f"X-Request-ID {self.planted}"),
            "traceparent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
            "tracestate": self.plant(Kind.TRACE, f"tracestate {self.planted}", "{0}=is-{0}"),
            "User-Agent": self.words(f"User-Agent {self.planted}", "Chrome/{}"),
            "Cookie": self.plant(Kind.SECRET, f"Cookie {self.planted}", "session={}"),
            "X-Forwarded-For": self.words(f"X-Forwarded-For {self.planted}"),
            "Referer": self.words(f"Referer {self.planted}", "https://{}.example/?a=b"),
            **({"Authorization": f"Bearer {credential}"} if credential else {}),
            **(headers or {}),
        }
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
        async with self.client.request(method, path, data=data, headers=given) as answer:
            told = await answer.read()
            heads = dict(answer.headers)
        self._hear(answer.status, method, path, f"{heads}\n{told.decode('utf-8', 'replace')}")
        return answer.status, heads, told

    def _hear(self, status: int, method: str, path: str, words: str) -> None:
        surface = Surface.ERROR
        if status < 300:
            operated = path.startswith(("/operations/", "/openapi.json", "/console/views/"))
            surface = Surface.OPERATORS if operated else Surface.ANSWER
            surface = Surface.METRICS if path == "/metrics" else surface
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.heard.add(surface, f"{status} to {method} {path.split('?', maxsplit=1)[0]}", words)

    async def start(self, title: str, credential: str) -> str:
        """The new meeting's id."""
        once = {"Idempotency-Key": self.words(f"Idempotency-Key {self.planted}")}
        _, _, told = await self.call("POST", MEETING, credential, {"titleMeet": title}, once)
        return str(json.loads(told).get("data", {}).get("id"))

    async def join(
        self, meeting: str, person: str, credential: str, preset: str = PARTICIPANT
    ) -> str:
        """The leave ticket, if there is one."""
        self.planted += 1
        user = {
            "id": person,
            "name": self.plant(Kind.CALLER, f"name {self.planted}", "Dra. Maria {}"),
            "avatar": self.plant(Kind.CALLER, f"avatar {self.planted}", "https://{}.example/a.png"),
        }
        body = {"user": user, "idMeet": meeting, "type_preset": preset}
        _, heads, _ = await self.call("POST", PARTICIPANTS, credential, body)
        ticket = heads.get("X-Leave-Ticket", "")
        return (
            self.canaries.token(Kind.ENTRY, f"ticket {self.planted}", ticket) if ticket else ticket
        )

    async def report(self, referral: str, meeting: str, person: str, credential: str) -> int:
        path = f"/attendance-service/referrals/{referral}/meetings/{meeting}/user"
        body = {"inMeeting": True, "userId": person}
        return (await self.call("POST", path, credential, body))[0]

    async def end(self, meeting: str, credential: str) -> None:
        """Whatever body comes with it is read by nobody."""
        self.planted += 1
        body = {self.words(f"a field of closing {self.planted}"): True}
        await self.call("POST", f"{MEETING}/{meeting}/end", credential, body)

    async def see(self, referral: str, credential: str) -> None:
        """Who is there; then a stream of it, up to its first event or the whole problem."""
        path = f"/api/referrals/{referral}/presence"
        tag = {"If-None-Match": self.words(f"If-None-Match {self.planted}", '"{}"')}
        await self.call("GET", path, credential, headers=tag)
        await self.stream(f"{path}/stream", credential)

    async def stream(self, path: str, credential: str) -> None:
        """Up to its first event, or the whole problem."""
        self.planted += 1
        given = {
            "Authorization": f"Bearer {credential}",
            "Last-Event-ID": self.words(f"Last-Event-ID {self.planted}"),
            "X-Request-ID": self.plant(Kind.REQUEST, f"X-Request-ID of stream {self.planted}"),
        }
        async with self.client.get(path, headers=given) as answer:
            told = await answer.content.readline()
            while told and b"}" not in told:
                told += await answer.content.readline()
            words = f"{dict(answer.headers)}\n{told.decode()}"
        self._hear(answer.status, "GET", path, words)

    async def views(self) -> None:
        """The console's, by those who may and those who may not."""
        unknown = self.words("an unknown referral that is watched")
        for view in ("now", "waiting", "health", f"watch/{self.known}", f"watch/{unknown}%00"):
            for credential in (self.keys.operator, self.keys.service):
                await self.stream(f"/console/views/{view}", credential)
            await self.call("GET", f"/console/views/{view}")
        await self.call("GET", f"/console/{unknown}.js")

    async def everything(self) -> None:
        """In the order in which it may happen; what is meant to fail is told by ``statuses``."""
        await self.good_day()
        await self.without_rights()
        await self.wrong_credentials()
        await self.elsewhere()
        await self.wrong_requests()
        await self.webhooks()
        await self.broken_partners()
        await self.operators()

    async def good_day(self) -> None:
        """Two doctors meet about a referral; a service opens a meeting about no referral."""
        ana = self.doctor(self.people.requester, "the requester")
        bruno = self.doctor(self.people.specialist, "the specialist")
        meeting = await self.start(self.known, ana)
        free = self.plant(Kind.REFERRAL, "a free title", "Consulta de Maria {}")
        await self.join(await self.start(free, self.keys.service), "anyone", self.keys.service)
        ticket = await self.join(meeting, self.people.requester, ana, HOST)
        await self.join(meeting, self.people.specialist, bruno)  # is there already
        assert await self.report(self.known, meeting, self.people.requester, ana) == 200
        assert await self.report(self.known, meeting, self.people.specialist, bruno) == 200
        assert await self.report(self.known, meeting, self.people.erased, self.keys.service) == 200
        await self.see(self.known, ana)
        await self.see(self.known, self.keys.service)
        await self.see(free.replace(" ", "%20"), self.keys.service)
        leaving = {"referralID": self.known, "meetID": meeting, "doctorID": self.people.requester}
        status, _, _ = await self.call("POST", LEAVE, body={**leaving, "leaveTicket": ticket})
        assert status == 200
        for forged in (ticket[:-4] + "AAAA", self.words("a forged ticket"), self.keys.service):
            await self.call("POST", LEAVE, body={**leaving, "leaveTicket": forged})
        other = {**leaving, "doctorID": self.people.stranger, "leaveTicket": ticket}
        await self.call("POST", LEAVE, body=other)
        foreign = {"Origin": self.words("Origin", "https://{}.example")}
        await self.call("POST", LEAVE, body={**leaving, "leaveTicket": ticket}, headers=foreign)
        await self.end(await self.start(self.known, ana), ana)
        await self.end(await self.start(free, self.keys.service), self.keys.service)

    async def without_rights(self) -> None:
        caio = self.doctor(self.people.stranger, "a stranger")
        bruno = self.doctor(self.people.specialist, "the specialist again")
        free = self.plant(Kind.REFERRAL, "a title that is refused", "Maria {}")
        await self.start(free, caio)
        await self.see(self.known, caio)
        await self.see(self.plant(Kind.REFERRAL, "a referral that is seen"), self.keys.service)
        await self.see(self.words("what is no id", "{}%00"), caio)
        await self.start(self.known, caio)
        await self.join("m-1", self.people.stranger, caio)
        await self.join("m-1", self.people.requester, caio, HOST)
        await self.join("m-1", self.people.specialist, bruno, HOST)
        await self.join(self.words("an unknown meeting"), self.people.stranger, caio)
        await self.report(self.known, "m-1", self.people.stranger, caio)
        await self.end("m-1", caio)
        await self.end(self.words("another unknown meeting"), self.keys.service)
        await self.report(free.replace(" ", "%20"), "m-1", self.people.specialist, bruno)
        for path in ("/operations/inbox", "/openapi.json", "/docs"):
            await self.call("GET", path, caio)
            await self.call("GET", path, self.keys.service)

    async def wrong_credentials(self) -> None:
        person, token = self.people.stranger, self.canaries.token
        secret = self.plant(Kind.SECRET, "a wrong key", "vck_{}")
        kid = token_part({"alg": "RS256", "kid": self.words("an unknown key id")})
        claims = token_part({"sub": self.words("a claim")})
        bearers = [
            secret,
            self.words("what is no token"),
            self.words("a token in parts", "a.{}.b"),
            f"{kid}.{claims}.c2ln",
            token(Kind.SECRET, "expired", a_token(person, at=1_000_000_000)),
            token(Kind.SECRET, "audience", a_token(person, aud=self.words("an audience"))),
            token(Kind.SECRET, "issuer", a_token(person, iss=self.words("an issuer"))),
            token(Kind.SECRET, "nobody", a_token(self.words("a person", "x\n{}"))),
            token(Kind.SECRET, "unsigned", an_unsigned_token(person)),
            token(Kind.SECRET, "confused", a_confused_token(person)),
        ]
        basic = b64encode(self.words("Basic", "me:{}").encode()).decode()
        self.canaries.whole(Kind.SECRET, "Basic in base64", basic)
        headers = [{"Authorization": f"Basic {basic}"}, {"Authorization": self.words("no scheme")}]
        for bearer in bearers:
            await self.call("POST", MEETING, bearer, {"titleMeet": self.known})
        for header in headers:
            await self.call("POST", MEETING, None, {"titleMeet": self.known}, header)
        await self.call("POST", MEETING, None, {"titleMeet": self.known})

    async def elsewhere(self) -> None:
        """Tokens in cookies and in a bare header, good and bad, from our own and other pages."""
        ana = self.doctor(self.people.requester, "the requester with a cookie")
        token, ours = self.canaries.token, {"Sec-Fetch-Site": "same-origin"}
        good = {"Cookie": f"{self.keys.cookie}={ana}"}
        expired = a_token(self.people.requester, at=1_000_000_000)
        wrong = [
            token(Kind.SECRET, "expired in a cookie", expired),
            self.plant(Kind.SECRET, "a key in a cookie", "vck_{}"),
            self.words("no token in a cookie", '"{}'),
            ana + self.words("beside a token in a cookie", " {}"),
        ]
        body = {"titleMeet": self.known}
        status, _, told = await self.call("POST", MEETING, body=body, headers={**good, **ours})
        assert status == 201
        bare = {"Authorization": ana}
        assert (await self.call("POST", MEETING, body=body, headers=bare))[0] == 201
        for value in wrong:
            sent = {"Cookie": f"{self.keys.cookie}={value}", **ours}
            assert (await self.call("POST", MEETING, body=body, headers=sent))[0] == 401
            sent = {"Authorization": value}
            assert (await self.call("POST", MEETING, body=body, headers=sent))[0] == 401
        twice = {"Cookie": f"{good['Cookie']}; {good['Cookie']}", **ours}
        assert (await self.call("POST", MEETING, body=body, headers=twice))[0] == 401
        leaving = {
            "referralID": self.known,
            "meetID": json.loads(told)["data"]["id"],
            "doctorID": self.people.requester,
        }
        for site, status in (("same-site", 403), ("cross-site", 403), ("same-origin", 200)):
            sent = {**good, "Sec-Fetch-Site": site}
            assert (await self.call("POST", LEAVE, body=leaving, headers=sent))[0] == status
        for path in ("/operations/inbox", "/openapi.json"):
            assert (await self.call("GET", path, headers={**good, **ours}))[0] == 403
            assert (await self.call("GET", path, headers=good))[0] == 401
        await self.call("GET", "/openapi.json", self.keys.operator)

    async def wrong_requests(self) -> None:
        words, good = self.words, self.keys.service
        text = words("a value in a wrong body")
        bodies: list[object] = [
            {"titleMeet": f"{text}\0"},
            {"titleMeet": text * 30},
            {"titleMeet": {text: text}},
            {text: text},
            [text],
            text,
            f'{{"titleMeet": "{text}'.encode(),
            f"{text}\xff".encode("latin-1"),
            f'{{"titleMeet": NaN{text}}}'.encode(),
            text.encode() * 8000,
        ]
        for body in bodies:
            await self.call("POST", MEETING, good, body)
        user: dict[str, Any] = {"id": f"{text}\n", "name": text * 30, "avatar": [text]}
        join = {"user": user, "idMeet": "..", "type_preset": text}
        await self.call("POST", PARTICIPANTS, good, join)
        await self.call("POST", f"/attendance-service/referrals/{text}%00/meetings/../user", good)
        for headers in (
            {"Content-Encoding": text},
            {"Expect": text},
            {"Idempotency-Key": f"{text}é"},
            {"Origin": f"https://[{text}"},
            {"Via": f"1.1 {text}, 1.1 {self.own_mark()} ({text})"},
            {"X-Request-ID": self.plant(Kind.SECRET, "a request id that is a key", "vck_{}")},
            {"X-Request-ID": self.people.requester},
            {"X-Request-ID": words("a request id with spaces", "a b {}")},
        ):
            await self.call("POST", MEETING, good, {text: text}, headers)
        for method in ("GET", "POST", "OPTIONS", "PROPFIND"):
            await self.call(method, f"/{words(f'a path for {method}')}?token={text}", good)
            await self.call(method, f"{WEBHOOK}?{text}={text}", good)
        for query in (f"{text}=1", f"since={text}", f"referral={text}%00", f"limit={text}"):
            await self.call("GET", f"/operations/inbox?{query}", self.keys.operator)
        await self.unreadable(text)

    def own_mark(self) -> str:
        """What the service calls itself when it calls partners: it answers 508 to that."""
        found = re.search(r"Via: 1\.1 (\S+)", self.heard.of(Surface.VIDEO))
        assert found is not None
        return found[1]

    async def unreadable(self, text: str) -> None:
        """What is no HTTP, by hand."""
        for sent in (
            f"{text} / HTTP/1.1\r\n\r\n",
            f"GET /{text}",
            f"GET /{text} HTTP/9.9\r\n\r\n",
            f"POST {MEETING} HTTP/1.1\r\n{text}\r\n\r\n",
            f"POST {MEETING} HTTP/1.1\r\nContent-Length: {text}\r\n\r\n",
            f"POST {MEETING} HTTP/1.1\r\nTransfer-Encoding: {text}\r\n\r\n",
            f"POST {MEETING} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{text}\r\n",
            f"GET / HTTP/1.1\r\nX: {text * 900}\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(sent.encode())
            writer.write_eof()
            async with asyncio.timeout(PATIENCE.total):
                told = (await reader.read()).decode()
            writer.close()
            self._hear(400, "unreadable", "", told)

    async def webhooks(self) -> None:
        plant, people = self.plant, self.people
        told = {
            "name": plant(Kind.HEARD, "a webhook's name", "Maria {}"),
            "userDisplayName": plant(Kind.HEARD, "a webhook's display name"),
            "picture": plant(Kind.HEARD, "a webhook's picture", "https://{}.example"),
            "downloadUrl": plant(Kind.HEARD, "a recording's address", "https://{}.example/?sig=a"),
        }
        unknown = plant(Kind.REFERRAL, "a referral that nobody knows", "enc-fault-404-{}")
        person = {"peerId": "peer-1", "customParticipantId": people.specialist, **told}
        meeting = {"id": "m-1", "title": self.known, "sessionId": "session-1", "organizedBy": told}
        end = {"event": "meeting.ended", "reason": "ALL_PARTICIPANTS_LEFT", **told}
        text = self.words("a webhook that is forged")
        signed: list[object] = [
            {"event": "meeting.participantJoined", "meeting": meeting, "participant": person},
            {**end, "meeting": {**meeting, "title": unknown}},
            {**end, "meeting": told},
            {**end, "meeting": meeting},
            {"event": "recording.statusUpdate", "recording": told, "meeting": meeting},
            b"{" + told["name"].encode(),
        ]
        for number, body in enumerate(signed):
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            signature = self.canaries.whole(
                Kind.SECRET, f"signature {number}", key("ours").sign(raw)
            )
            uuid = self.words(f"uuid {number}")
            status, _, _ = await self.call(
                "POST", WEBHOOK, body=raw, headers={"dyte-signature": signature, "dyte-uuid": uuid}
            )
            assert status in {200, 202}, status
        forged = json.dumps({**end, "meeting": {"title": text}}).encode()
        for header in (
            {},
            {"dyte-signature": text},
            {"dyte-signature": key("theirs").sign(forged)},
        ):
            await self.call("POST", WEBHOOK, body=forged, headers=header)

    async def broken_partners(self) -> None:
        """Each way to fail for each partner; the breaker may keep some from being met here."""
        for fault in FAULTS:
            title = self.plant(Kind.REFERRAL, f"title {fault}", f"fault-{fault}-{{}}")
            meeting = self.plant(Kind.REFERRAL, f"meeting {fault}", f"m-fault-{fault}-{{}}")
            await asyncio.gather(
                self.start(title, self.keys.service),
                self.join(meeting, "anyone", self.keys.service),
                self.report(title, "m-2", "anyone", self.keys.service),
            )
            await self.report(self.known, "m-1", self.people.requester, self.keys.service)
        ana = self.doctor(self.people.requester, "the requester at the end")
        for fault in ("500", "html", "odd-types"):
            title = self.plant(Kind.REFERRAL, f"roster {fault}", f"fault-{fault}-{{}}")
            await self.start(title, ana)
            await self.report(self.known, "m-1", self.people.requester, self.keys.service)

    async def operators(self) -> None:
        operator, known = self.keys.operator, self.known
        why = {"why": self.plant(Kind.WHY, "why over HTTP", "a pedido de {}")}
        person = {"userId": self.people.specialist}
        for path in (
            "/operations/inbox",
            "/operations/inbox?state=dead",
            *(f"/operations/inbox/{number}" for number in range(1, 8)),
            "/operations/presence-updates",
            "/operations/closings",
            f"/operations/presence/{known}",
            "/operations/visits?since=1d",
            f"/operations/visits?since={self.words('a wrong since of visits')}",
            f"/operations/presence/{self.words('an unknown referral')}",
            "/metrics",
            "/openapi.json",
            "/docs",
            "/docs/start.js",
            "/client.ts",
            "/console",
            "/console/index.html",
            "/favicon.ico",
            "/",
            "/health/live",
            "/health/ready",
        ):
            await self.call("GET", path, operator)
        await self.views()
        for path, body in (
            ("/operations/inbox/2/retry", None),
            ("/operations/inbox/retry", {"since": self.words("a wrong since")}),
            ("/operations/inbox/2/discard", why),
            (f"/operations/inbox/{self.words('a wrong number')}/discard", why),
            (f"/operations/presence/{known}/clear", {**person, **why}),
            (f"/operations/presence/{self.words('another referral')}/clear", {**person, **why}),
            (f"/operations/presence/{known}/clear", {**person, self.words("a field"): "x"}),
        ):
            await self.call("POST", path, operator, body)
