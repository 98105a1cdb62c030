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


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("serve --port 9000", "PORT=9000"),
        ("serve --port=9000 --log-level debug", "PORT=9000 LOG_LEVEL=…"),
        ("check --dyte-token whisper", "DYTE_TOKEN=…"),
        ("inbox list --provider-org-id 12345678901", "PROVIDER_ORG_ID=…"),
    ],
)
def test_an_option_that_belongs_into_a_variable_is_said_to(
    typed: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        _parser().read(typed.split())

    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        f"videochamadas: error: settings are variables: set {hint}\n"
    )


@pytest.mark.parametrize("typed", ["serve whisper", "serve --whisper 1", "check --port9 1"])
def test_any_other_option_gets_the_sentence(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _parser().read(typed.split())

    assert capsys.readouterr().err.endswith("cannot be used; --help shows what can\n")


def test_a_command_line_without_unknown_options_is_read() -> None:
    assert _parser().read(["serve"]).command == "serve"


@pytest.mark.parametrize("why", ["a\x00b", "a\nb", "a\x85b", "a\udcffb"])
def test_what_is_no_text_is_refused_before_it_reaches_the_database(
    why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        _parser().read(["inbox", "discard", "1", "--why", why])

    assert ended.value.code == 2
    assert "this command line cannot be used" in capsys.readouterr().err
