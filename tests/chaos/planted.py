"""Bugs that are planted into a copy of the source, to see that the checker finds each of them.

The service itself holds no switches: each is a change of its text.
``python -m tests.chaos.planted`` runs all, or those that are named.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from entrypoints.logs import configure_logs
from tests.chaos.checker import violations
from tests.chaos.history import read
from tests.chaos.plan import drawn
from tests.chaos.run import run
from tests.e2e.forked import ROOT

SOURCES = ("domain", "application", "adapters", "entrypoints")
SECONDS = 30.0
A_MINUTE = 60.0
"""For those whose circumstances are rarer."""
SEEDS = 4
"""So many short runs at most; the first that finds it ends them."""


@dataclass(frozen=True)
class Bug:
    """``changes`` are a file, what stands there, and what is put in its place. ``breaks`` are the
    assertions that it breaks; one of them finds it."""

    name: str
    breaks: frozenset[int]
    changes: Sequence[tuple[str, str, str]]
    store: str = "sqlite"
    instances: int = 1
    faults: frozenset[str] = frozenset()
    """The kinds that are drawn; all, unless it takes a certain one."""
    seconds: float = SECONDS

    def planted_in(self, tree: Path) -> None:
        for file, old, new in self.changes:
            text = (tree / file).read_text("utf-8")
            assert text.count(old) == 1, f"{self.name}: {file} has changed; {old!r}"
            (tree / file).write_text(text.replace(old, new), "utf-8")


RECEIVE = "application/receive_webhook.py"
SYNC = "application/sync_presence.py"
PRESENCE = "domain/presence.py"
SEATS = "adapters/storage/presence.py"
SETTLE = "        return Settled(\n"
APPEND = "adapters/storage/append_facts.py"

BUGS = (
    Bug(
        "acknowledging before storing",
        frozenset({1}),
        [
            (
                RECEIVE,
                "                received = await self._stored(headers, body, event, "
                "at_once=at_once)\n",
                "                later = self._stored(headers, body, event, at_once=False)\n"
                "                storing = asyncio.ensure_future(later)\n"
                "                storing.add_done_callback(lambda done: done.exception())\n"
                "                named = event.name if event else ''\n"
                "                return Verdict(Outcome.PENDING, None, named)\n",
            )
        ],
    ),
    Bug(
        "the last message wins",
        frozenset({2}),
        [
            (
                PRESENCE,
                "    closed: bool = False\n",
                "    closed: bool = False\n    last: bool = False\n",
            ),
            (
                PRESENCE,
                "        return self.inside_by > 0 or (self.reported_in and not "
                "self._report_ended())\n",
                "        return self.last\n",
            ),
            (
                PRESENCE,
                "def _learn(known: PresenceFold, fact: StoredFact) -> None:\n",
                "def _learn(known: PresenceFold, fact: StoredFact) -> None:\n"
                "    what = fact.what\n"
                "    if isinstance(what, Reported | PeerJoined) and what.person == known.person:\n"
                "        known.last = getattr(what, 'in_meeting', True)\n"
                "    if isinstance(what, PeerLeft) and what.peer in known.connections:\n"
                "        known.last = False\n"
                "    if isinstance(what, SessionEnded):\n"
                "        known.last = False\n",
            ),
        ],
        faults=frozenset({"webhooks_astray"}),
    ),
    Bug(
        "the unsigned uuid as the key",
        frozenset({1, 8}),
        [
            (
                RECEIVE,
                "        key = delivery_key(\n",
                "        key = self.source.delivery_id(headers) or delivery_key(\n",
            )
        ],
        faults=frozenset({"webhooks_astray"}),
    ),
    Bug(
        "a verifier whose result is ignored",
        frozenset({5}),
        [
            (
                RECEIVE,
                "        if (self.signature_required or from_page) and not signed:\n",
                "        if False:\n",
            ),
            (
                "adapters/provider/webhooks.py",
                '        raise BadSignatureError("a webhook that the provider did not sign")\n',
                "        return False\n",
            ),
        ],
    ),
    Bug(
        "settling without the fence",
        frozenset({3}),
        [
            (
                SEATS,
                'SEAT = "referral = $1 AND meeting = $2 AND person = $3 AND attempts = $4"\n',
                'SEAT = "referral = $1 AND meeting = $2 AND person = $3 AND attempts >= 0 * $4"\n',
            ),
            (
                SYNC,
                SETTLE,
                "        if deadline is None and self.random() < 0.5:\n"
                "            left = claimed.until - self.now()\n"
                f"            await asyncio.sleep(left + self.patience * self.random())\n{SETTLE}",
            ),
        ],
        "postgres",
        2,
        faults=frozenset({"lost_lease"}),
    ),
    Bug(
        "a lease that is not checked before an update",
        frozenset({2, 3}),
        [
            (
                SYNC,
                "        if self.now() + self.patience > claimed.until:\n",
                "        if deadline is None and self.random() < 0.5:\n"
                "            await asyncio.sleep((2 + 4 * self.random()) * self.patience)\n"
                "        if False:\n",
            )
        ],
        "postgres",
        2,
        faults=frozenset({"lost_lease"}),
    ),
    Bug(
        "a sweep that concludes from one answer",
        frozenset({2}),
        [
            (
                "application/conclude_sweep.py",
                "        before, after = sweep.seen or frozenset(), "
                "inside.peers if inside else frozenset()\n",
                "        after = inside.peers if inside else frozenset()\n        before = after\n",
            )
        ],
        faults=frozenset({"provider_lies"}),
    ),
    Bug(
        "an end that clears a newer session",
        frozenset({2}),
        [
            (
                "domain/connection.py",
                "def _ends(seq: int, end: SessionEnded, stay: Stay) -> bool:\n",
                "def _ends(seq: int, end: SessionEnded, stay: Stay) -> bool:\n    return True\n",
            )
        ],
        faults=frozenset({"webhooks_astray"}),
        seconds=A_MINUTE,
    ),
    Bug(
        "a start that does not look at the provider first",
        frozenset({4}),
        [("application/start_meeting.py", "        if claim.taken_over:\n", "        if False:\n")],
        faults=frozenset({"provider_slow", "kill"}),
        seconds=A_MINUTE,
    ),
    Bug(
        "closing by a machine's clock",
        frozenset({3}),
        [
            (
                "entrypoints/container.py",
                "        sync=sync_together,\n        now=Adapters.stored_now,\n"
                "        random=Adapters.random,\n"
                "        lease=Adapters.settings.provided.lease,\n"
                "    )\n    close_meeting",
                "        sync=sync_together,\n        now=Adapters.clock,\n"
                "        random=Adapters.random,\n"
                "        lease=Adapters.settings.provided.lease,\n"
                "    )\n    close_meeting",
            )
        ],
        store="postgres",
        instances=2,
        faults=frozenset({"lost_lease"}),
    ),
    Bug(
        "settling with a number read after the update",
        frozenset({1}),
        [
            (
                SYNC,
                SETTLE,
                "        after = await self.facts.of_seat(claimed.seat)\n"
                f"        seq = max([seq, *(fact.seq for fact in after)])\n{SETTLE}",
            )
        ],
        faults=frozenset({"attendance_late"}),
    ),
    Bug(
        "seats that are never held",
        frozenset({3}),
        [
            (
                APPEND,
                '    return bool(row["held"]) and row["due"] is not None and row["due"] > now\n',
                "    return False\n",
            )
        ],
        faults=frozenset({"attendance_late"}),
    ),
    Bug(
        "SQLite answers before COMMIT, which comes a second later",
        frozenset({1}),
        [
            (
                "adapters/storage/sqlite_batch.py",
                "            self._commit(connection)\n",
                "",
            ),
            (
                "adapters/storage/sqlite_batch.py",
                "    def _begin(self, connection: sqlite3.Connection) -> bool:\n",
                "    def _begin(self, connection: sqlite3.Connection) -> bool:\n"
                "        if connection.in_transaction:\n"
                "            if self._now() % 2 < 1.5:\n"
                "                return True\n"
                "            connection.execute('COMMIT')\n",
            ),
            (
                "adapters/storage/sqlite_batch.py",
                "        if self._file is not None:\n            self._file.detach()\n",
                "        if self._file is not None:\n"
                "            if self._file.connection.in_transaction:\n"
                "                self._file.connection.execute('COMMIT')\n"
                "            self._file.detach()\n",
            ),
        ],
        faults=frozenset({"kill"}),
    ),
    Bug(
        "SQLite with synchronous=OFF",
        frozenset({1}),
        [
            (
                "adapters/storage/sqlite_file.py",
                "PRAGMA synchronous = FULL",
                "PRAGMA synchronous = OFF",
            )
        ],
    ),
    Bug(
        "claiming without skipping locked rows",
        frozenset({3}),
        [
            (
                "adapters/storage/postgres.py",
                'return statement.replace(SKIP_LOCKED, "FOR UPDATE SKIP LOCKED")',
                'return statement.replace(SKIP_LOCKED, "")',
            )
        ],
        "postgres",
        2,
        faults=frozenset({"attendance_late"}),
    ),
    Bug(
        "a sweep that stops by its own opinion",
        frozenset({2}),
        [
            (
                "application/conclude_sweep.py",
                "        silence = now - max((fact.at for fact in facts), default=sweep.watched)\n",
                "        if not any(_state(one, facts).is_in for one in "
                "people_of(fact.what for fact in facts)):\n"
                "            return None\n"
                "        silence = now - max((fact.at for fact in facts), default=sweep.watched)\n",
            )
        ],
        faults=frozenset({"webhooks_astray"}),
        seconds=1.5 * A_MINUTE,
    ),
    Bug(
        "a Retry-After that is believed without limit",
        frozenset({2}),
        [
            (
                "domain/policies/backoff.py",
                "    return min(float(error.retry_after or 0), LONGEST_ADVICE)\n",
                "    return float(error.retry_after or 0)\n",
            )
        ],
        faults=frozenset({"provider_busy", "webhooks_astray"}),
        seconds=A_MINUTE,
    ),
    Bug(
        "a claim kept after an unknown exception",
        frozenset({4}),
        [
            (
                "application/start_once.py",
                "        except BaseException as error:\n",
                "        except DomainError as error:\n",
            ),
            (
                "adapters/partner_answer.py",
                "    if status in {425, 429, 503}:\n",
                "    if status == 429 and partner is Partner.VIDEO:\n"
                "        raise ValueError('an answer that nobody had thought of')\n"
                "    if status in {425, 429, 503}:\n",
            ),
        ],
        faults=frozenset({"provider_busy"}),
    ),
    Bug(
        "a stream that misses what came while it connected",
        frozenset({9}),
        [
            (
                "application/watch_presence.py",
                "        known = await self.rights.to_see(caller, referral)\n"
                "        with self.watched.watching(referral) as watcher:\n"
                "            loop = asyncio.get_running_loop()\n"
                "            ask = loop.time() + self.asked_each\n"
                "            meetings, told = await watcher.next(), None\n",
                "        with self.watched.watching(referral) as watcher:\n"
                "            meetings, told = await watcher.next(), None\n"
                "            known = await self.rights.to_see(caller, referral)\n"
                "            await asyncio.sleep(1)\n"
                "            watcher._news.clear()\n"
                "            loop = asyncio.get_running_loop()\n"
                "            ask = loop.time() + self.asked_each\n",
            )
        ],
        faults=frozenset({"attendance_late"}),
    ),
)


def main() -> int:
    """0 when each was found by the assertion that it breaks."""
    configure_logs("error", "console")
    wanted = sys.argv[1:]
    first = int(os.environ.get("SEED") or 1)
    missed = 0
    for bug in BUGS:
        if not wanted or any(word in bug.name for word in wanted):
            missed += not asyncio.run(_found(bug, first))
    return min(missed, 1)


async def _found(bug: Bug, first: int) -> bool:
    for seed in range(first, first + SEEDS):
        with tempfile.TemporaryDirectory(prefix="planted-") as folder:
            tree = copied(Path(folder) / "tree")
            bug.planted_in(tree)
            plan = drawn(seed, bug.seconds, bug.store, bug.instances, bug.faults)
            file = await run(plan, Path(folder), tree)
            broken = violations(read(file), timed=7 in bug.breaks)
            kept = os.environ.get("FOLDER")
            if kept:
                shutil.copy(file, Path(kept) / f"{bug.name.replace(' ', '-')}-{seed}.jsonl")
        by = Counter(one.assertion for one in broken)
        told = ", ".join(f"{count} by assertion {number}" for number, count in sorted(by.items()))
        where = f"{bug.store}, {bug.instances} instance{'s' * (bug.instances > 1)}, seed {seed}"
        print(f"{bug.name:52} {where:32} {told or 'NOT FOUND'}", flush=True)
        if bug.breaks & {*by}:
            return True
    return False


def copied(tree: Path) -> Path:
    for name in SOURCES:
        without = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tree / name, ignore=without)
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


if __name__ == "__main__":
    sys.exit(main())
