"""Complaints about a command line do not repeat what was typed."""

import pytest

from entrypoints.cli.main import _parser


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("whisper", "argument COMMAND: invalid choice (choose from 'serve',"),
        ("inbox show whisper", "argument id: invalid int value"),
        ("inbox show 1 whisper", "unrecognized arguments"),
        ("inbox list --json=whisper", "argument --json: ignored explicit argument"),
        ("inbox list --s=whisper", "ambiguous option"),
        ("inbox list --since whisper", "argument --since: 30m, 2h, 3d or ISO 8601"),
        ("keys new Whisper", "argument name: small letters, digits and hyphens"),
        ("presence clear enc-1", "the following arguments are required: user, --why"),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(
    typed: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        _parser().parse_args(typed.split())

    errors = capsys.readouterr().err
    assert told in errors
    assert "whisper" not in errors.lower()
