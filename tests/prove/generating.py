"""Generate requests from our own OpenAPI document, send them, and hold every answer to it.

Making them fills a core, so this is a process of its own:
``python -m tests.prove.generating known|stranger URL EXAMPLES OPERATION…``
prints for each operation how many were generated, and how many were sent with its hand-picked ones.
"""

import itertools
import json
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)
from schemathesis.generation.meta import TestPhase
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection

from adapters.fields import Identifier
from tests.identity import an_unsigned_token
from tests.prove.documented import DOCUMENT, KEY

SEED = 7

WEBHOOK = "receiveWebhook"
TITLE = TypeAdapter[str](Identifier)

Case = schemathesis.Case[Any]
Ask = Callable[[Case], None]


def main() -> None:
    who, url, examples, *wanted = sys.argv[1:]
    schema = _schema(credentials=who == "stranger")
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", _FirstEvent())
        ask = {"known": _known, "stranger": _stranger}[who](url, session)
        for found in schema.get_all_operations():
            operation = found.ok()
            name = operation.definition.raw["operationId"]
            if name in wanted:
                print(json.dumps([name, *_generate(operation, int(examples), ask)]), flush=True)


class _FirstEvent(requests.adapters.HTTPAdapter):
    """A stream never ends by itself: its first event is its whole answer."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        response = super().send(*args, **{**kwargs, "stream": True})
        if response.headers.get("Content-Type", "").startswith("text/event-stream"):
            # What comes before an empty line; the first block says when to come back.
            lines = itertools.takewhile(lambda line: b"data:" not in line, response.iter_lines())
            response._content = b"\n".join(lines)
            response.close()
        return response


def _schema(*, credentials: bool) -> Any:
    """``credentials``: make some up where the document asks for them."""
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": credentials}})
    schema = schemathesis.openapi.from_dict(json.loads(DOCUMENT.read_text()), config=config)
    schema.hook(filter_failure)
    schema.hook(flatmap_case)
    return schema


def filter_failure(_context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """No failure is what the document says in words and a schema cannot say: a key that came before
    with another body is refused, and so is an end that only the id of an unknown meeting names."""
    reused = b"idempotency-key-reused" in response.content
    return not (isinstance(failure, RejectedPositiveData) and (reused or _names_unknown(case)))


def _names_unknown(case: Case) -> bool:
    """Every id that is generated is that of an unknown meeting."""
    if case.operation.definition.raw["operationId"] != WEBHOOK or not isinstance(case.body, dict):
        return False
    meeting = case.body.get("meeting")
    try:
        TITLE.validate_python(meeting.get("title") if isinstance(meeting, dict) else None)
    except ValidationError:
        return True
    return False


def flatmap_case(context: HookContext, case: Case) -> st.SearchStrategy[Case]:
    """Where the document leaves nothing to choose, a query that nobody asked for is chosen."""
    operation: Any = context.operation
    if operation.body or any(True for _ in operation.iter_parameters()):
        return st.just(case)

    def asked(query: dict[str, str]) -> Case:
        case.query = query
        return case

    return st.dictionaries(st.text(max_size=50), st.text(max_size=50), max_size=3).map(asked)


def _known(url: str, session: requests.Session) -> Ask:
    """Every check of schemathesis but two: how strangers are answered is asked by a stranger, for
    every request, and not with two more requests after each that succeeded; and the document says
    what the provider sends, while webhooks are read leniently."""

    def ask(case: Case) -> None:
        lenient = case.operation.definition.raw["operationId"] == WEBHOOK
        case.call_and_validate(
            base_url=url,
            session=session,
            headers={"Authorization": f"Bearer {KEY}"},
            excluded_checks=[ignored_auth, *([negative_data_rejection] if lenient else [])],
        )

    return ask


def _stranger(url: str, session: requests.Session) -> Ask:
    """Without credentials, with those that are generated, or with those in a bare header or in a
    cookie: who reaches the operation is asked."""
    turns = itertools.cycle((False, True))
    elsewhere = itertools.cycle(
        (
            {},
            {"Cookie": f"TOKEN={an_unsigned_token()}", "Sec-Fetch-Site": "same-origin"},
            {"Authorization": an_unsigned_token()},
        )
    )

    def ask(case: Case) -> None:
        if next(turns):
            case.headers.pop("Authorization", None)
            case.headers.update(next(elsewhere))
        response = case.call(base_url=url, session=session)
        broken_path = case.meta is not None and case.meta.is_negative_at(ParameterLocation.PATH)
        reached = case.method == case.operation.method.upper() and not broken_path
        refused = {401, 429}  # beyond the limit of failed credentials
        allowed = refused if reached else {*refused, 404, 405}
        assert response.status_code in allowed, (response.status_code, case.as_curl_command())
        assert response.status_code != 401 or "www-authenticate" in response.headers

    return ask


def _generate(operation: Any, examples: int, ask: Ask) -> tuple[int, int]:
    sent: Counter[TestPhase] = Counter()

    def test(case: Case) -> None:
        ask(case)
        assert case.meta is not None
        sent[case.meta.phase.name] += 1

    create_test(
        operation=operation,
        test_func=test,
        config=HypothesisTestConfig(
            project=operation.schema.config,
            modes=list(HypothesisTestMode),
            settings=hypothesis.settings(
                max_examples=examples,
                database=None,
                deadline=None,
                phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
                suppress_health_check=list(hypothesis.HealthCheck),
            ),
            apply_ci_profile=False,
            seed=SEED,
        ),
    )()
    return sent[TestPhase.FUZZING], sum(sent.values())


if __name__ == "__main__":
    main()
