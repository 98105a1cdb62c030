"""A command line that cannot be used gets one sentence, which does not repeat what was typed."""

import pytest

from entrypoints.cli.main import _parser


@pytest.mark.parametrize(
    "typed",
    [
        "whisper",
        "inbox show whisper",
        "inbox show 1 whisper",
        "inbox list --json=whisper",
        "inbox list --s=whisper",
        "inbox list --since whisper",
        "keys new Whisper",
        "presence clear whisper",
    ],
)
def test_an_error_does_not_repeat_what_was_typed(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        _parser().parse_args(typed.split())

    errors = capsys.readouterr().err
    assert ended.value.code == 2
    assert errors.endswith(": error: this command line cannot be used; --help shows what can\n")
    assert "whisper" not in errors.lower()
