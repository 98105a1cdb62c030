"""What a service wrote to its standard error."""

import orjson

from tests.prove.nasty_json import FORGED


def checked(errors: str) -> int:
    """How many lines; each is a JSON object that we meant to write, and none tells of a crash."""
    assert "Traceback" not in errors
    lines = [orjson.loads(line) for line in errors.splitlines()]
    for line in lines:
        assert line["event"] != FORGED
        assert line["level"] in {"debug", "info", "warning"}, line
    return len(lines)
