"""One run: processes are started, a plan happens, faults end, the system comes to rest."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from adapters.callers.api_keys import METRICS, OPERATOR, entry_of
from adapters.sandbox.signing import SigningKey
from entrypoints.sandbox.provider import DYTE_PATH, DYTE_TOKEN, KEY_PATH
from tests.chaos.bad_post import BadPost
from tests.chaos.caller import METRICS_KEY, OPERATOR_KEY, SERVICE_KEY, Caller
from tests.chaos.canary import ATTENDANCE_TOKEN, EVERYWHERE, SECRETS, Search
from tests.chaos.checker import unsettled
from tests.chaos.consultations import Consultation
from tests.chaos.history import History
from tests.chaos.mail import Mail, Mood
from tests.chaos.nemesis import Nemesis, database_of
from tests.chaos.partners import partners
from tests.chaos.plan import Act, Plan
from tests.chaos.proxy import INSTANCE, Proxy, serving
from tests.chaos.service import Instance
from tests.chaos.storage import (
    PostgresStorage,
    SqliteStorage,
    Storage,
    postgres_storage,
    sqlite_storage,
)
from tests.chaos.watch import health, samples, stalls, waits
from tests.e2e.forked import ROOT
from tests.e2e.processes import free_port
from tests.preloaded import Preloaded, built

PARTNER_TIMEOUT = 1.5
SWEEP_INTERVAL = 2.0
REST = 120.0
"""Seconds that the system is given to come to rest."""
LOOK = 2.0
RIGHT_FOR = 2.0
"""Seconds that it must have been right for."""
HOUR = 3600
"""Seconds by which the clock of the second instance is before that of the first."""
SIGNS = (".crashed", "crashed while", "an attempt crashed", "Traceback")
"""What a line of the log says when something happened that nobody had thought of."""
LINE = 600


@dataclass
class Stage:
    """All that a run consists of."""

    plan: Plan
    history: History
    storage: Storage
    instances: list[Instance]
    caller: Caller
    mail: Mail
    consultations: dict[int, Consultation]
    nemesis: Nemesis
    search: Search
    preloaded: Sequence[Preloaded]


async def run(plan: Plan, folder: Path, tree: Path = ROOT) -> Path:
    """The history's file, in ``folder``; ``tree`` is the service's source."""
    file = folder / "history.jsonl"
    _unwind_when_told()
    async with _stage(plan, History(file), folder, tree) as stage:
        stage.history.add(
            "run",
            seed=plan.seed,
            store=plan.store,
            instances=plan.instances,
            one_per_referral=plan.one_per_referral,
            partner_timeout=PARTNER_TIMEOUT,
        )
        _say_what_is_left_out(stage)
        await asyncio.gather(*(one.start_again() for one in stage.instances))
        looking = [
            asyncio.create_task(stalls(stage.history)),
            asyncio.create_task(samples(stage.history, stage.instances, stage.storage)),
            *(asyncio.create_task(health(stage.caller, one)) for one in stage.instances),
            *(asyncio.create_task(waits(stage.history, one)) for one in stage.instances),
        ]
        await _happen(stage)
        await _rest(stage)
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)
        await _look_back(stage)
    return file


def _say_what_is_left_out(stage: Stage) -> None:
    if stage.preloaded[0].library is not None:
        return
    what = ["counting syncs"] if stage.plan.store == "sqlite" else []
    what += ["clocks an hour apart"] if stage.plan.instances > 1 else []
    for one in what:
        stage.history.add("suite", what=one, left_out="there is no C compiler")


def _unwind_when_told() -> None:
    """By SIGTERM: the processes are stopped, and the small disk is taken away."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def _happen(stage: Stage) -> None:
    """Every act at its time, whatever became of those before."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    acts = [asyncio.create_task(_act(stage, act, began)) for act in stage.plan.acts]
    await asyncio.gather(*acts)
    stage.mail.mood = Mood()
    await stage.mail.settle()
    stage.history.add("calm")


async def _act(stage: Stage, act: Act, began: float) -> None:
    await asyncio.sleep(began + act.at - asyncio.get_running_loop().time())
    if act.who is None:
        await stage.nemesis.do(act)
        return
    stage.history.add("act", who=act.who, what=act.what)
    await getattr(stage.consultations[act.who], act.what)(random.Random(act.chance))


async def _rest(stage: Stage) -> None:
    """Until all is right and stays so, or its time is over."""
    loop = asyncio.get_running_loop()
    ends, right = loop.time() + REST, 0.0
    while loop.time() < ends and right < RIGHT_FOR:
        await asyncio.sleep(LOOK)
        # Beside the partners, which answer meanwhile.
        open_questions = await asyncio.to_thread(unsettled, [*stage.history.entries])
        right = 0.0 if open_questions else right + LOOK
    stage.history.add("rest")


async def _look_back(stage: Stage) -> None:
    """What a read tells, what is stored, and where canaries came out; then all stop."""
    history, caller = stage.history, stage.caller
    await asyncio.sleep(LOOK)
    for number, one in stage.consultations.items():
        path = f"/api/referrals/{one.referral}/presence"
        to = stage.instances[number % len(stage.instances)]
        status, told = await caller.call("read", to, path, method="GET")
        if status == 200:
            history.add("read", referral=one.referral, meetings=told["data"]["meetings"])
    _, inbox = await caller.call(
        "inbox", stage.instances[0], "/operations/inbox?limit=1000", method="GET", key=OPERATOR_KEY
    )
    history.add("inbox", stored=len(inbox.get("deliveries", [])))
    for instance in stage.instances:
        await caller.call("metrics", instance, "/metrics", method="GET", key=METRICS_KEY)
    for one in stage.consultations.values():
        for stream in one.streams:
            stream.cancel()
        await asyncio.gather(*one.streams, return_exceptions=True)
    stage.search.look(await stage.storage.written(), "the database", SECRETS)
    for instance in stage.instances:
        await instance.stop()
        _read_log(stage, instance)


def _read_log(stage: Stage, instance: Instance) -> None:
    synced = stage.preloaded[instance.number].synced()
    if synced and stage.plan.store == "sqlite":
        at = [round(one - stage.history.began, 4) for one in synced]
        stage.history.add("synced", instance=instance.number, at=at)
    words = instance.log.read_bytes()
    stage.search.look(words, f"the log of instance {instance.number}", EVERYWHERE)
    for line in words.decode(errors="replace").splitlines():
        if any(sign in line for sign in SIGNS):
            stage.history.add("crash", instance=instance.number, line=line[:LINE])


@asynccontextmanager
async def _stage(plan: Plan, history: History, folder: Path, tree: Path) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        stack.callback(history.close)
        at = await stack.enter_async_context(partners(history))
        library = built(folder)
        preloaded = [
            Preloaded(library, folder / f"instance-{number}", ahead=number * HOUR)
            for number in range(plan.instances)
        ]
        storage: SqliteStorage | PostgresStorage
        if plan.store == "sqlite":
            storage = stack.enter_context(sqlite_storage(history, folder, preloaded))
        else:
            storage = await stack.enter_async_context(postgres_storage(history))
        targets = {name: ("127.0.0.1", port) for name, port in at.ports.items()}
        if isinstance(storage, PostgresStorage):
            targets |= {database_of(number): storage.address for number in range(plan.instances)}
        proxies = {}
        for name, target in targets.items():
            drawn = random.Random(f"{plan.seed} {name}")
            proxy = Proxy(history, drawn, name, target, http=name in at.ports)
            proxies[name] = await stack.enter_async_context(serving(proxy))
        ports = {name: proxy.port for name, proxy in proxies.items()}
        instances = []
        for number in range(plan.instances):
            env = {**_settings(plan, number, ports, storage), **preloaded[number].env}
            log = folder / f"instance-{number}.log"
            one = Instance(history, number, env, tree, log, free_port())
            stack.push_async_callback(one.stop)
            instances.append(one)
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        client = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        search = Search(history)
        caller = Caller(history, client, search.heard)
        mail = Mail(history, caller, plan.seed, instances, at.world.key)
        at.world.calls.tell = mail.tell
        consultations = {
            number: Consultation(number, at.world, caller, instances, plan.keyed(number))
            for number in plan.consultations
        }
        bad = BadPost(mail, [one.referral for one in consultations.values()], SigningKey())
        people = [*consultations.values()]
        nemesis = Nemesis(history, at.world, at, instances, proxies, mail, storage, bad, people)
        yield Stage(
            plan,
            history,
            storage,
            instances,
            caller,
            mail,
            consultations,
            nemesis,
            search,
            preloaded,
        )


def _settings(plan: Plan, instance: int, ports: dict[str, int], storage: Storage) -> dict[str, str]:
    provider = f"http://127.0.0.1:{ports['provider']}"
    attendance = f"http://127.0.0.1:{ports['attendance']}"
    keys = (
        entry_of(SERVICE_KEY, "portal"),
        entry_of(OPERATOR_KEY, "plantao", OPERATOR),
        entry_of(METRICS_KEY, "prometheus", METRICS),
    )
    return {
        "VIDEO_PROVIDER": "dyte",
        "DYTE_BASE_URL": provider + DYTE_PATH,
        "DYTE_TOKEN": DYTE_TOKEN,
        "WEBHOOK_KEY_URL": provider + KEY_PATH,
        "ATTENDANCE_PROVIDER": "http",
        "ATTENDANCE_BASE_URL": attendance,
        "ATTENDANCE_TOKEN": ATTENDANCE_TOKEN,
        "ATTENDANCE_HEADERS": f"{INSTANCE}: {instance}",
        "PARTNER_TIMEOUT": str(PARTNER_TIMEOUT),
        "PARTNER_CONNECT_TIMEOUT": "0.5",
        "SWEEP_INTERVAL": str(SWEEP_INTERVAL),
        "SWEEP_CALLS_PER_SECOND": "25",
        "SERVICE_CALLS_PER_MINUTE": "100000",
        "ONE_MEETING_PER_REFERRAL": str(plan.one_per_referral).lower(),
        "AUTH": "api-key",
        "API_KEYS": ",".join(keys),
        "ALLOW_INSECURE": "plain-http",
        "DATABASE_URL": storage.url(ports.get(database_of(instance))),
        "LOG_LEVEL": "debug",
    }
