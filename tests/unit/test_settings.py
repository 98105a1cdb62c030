import pytest

from entrypoints.settings import Settings
from entrypoints.settings_rules import SettingsError, load_settings

REAL = {
    "VIDEO_PROVIDER": "dyte",
    "DYTE_TOKEN": "b3JnOmtleQ==",
    "ATTENDANCE_PROVIDER": "http",
    "ATTENDANCE_BASE_URL": "https://attendance.example",
    "AUTH": "none",
    "WEBHOOK_VERIFICATION": "if-present",
    "ALLOW_INSECURE": "no-auth, no-webhook-verification",
}


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def problems() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return caught.value.problems


def test_without_any_variable_both_partners_are_sandboxes() -> None:
    settings = load_settings()

    assert settings.sandboxed
    assert settings.verification == "if-present"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)


def test_a_real_set_up_that_accepts_its_risks_is_served(env: pytest.MonkeyPatch) -> None:
    settings = load_settings()

    assert settings.video_base_url == "https://api.dyte.io/v2"
    assert "b3JnOmtleQ==" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("DYTE_TOKEN", "", "DYTE_TOKEN"),
        ("DYTE_TOKEN", "Basic abc", "DYTE_TOKEN"),
        ("DYTE_BASE_URL", "api.dyte.io", "DYTE_BASE_URL"),
        ("DYTE_BASE_URL", "https://user:pass@api.dyte.io", "DYTE_BASE_URL"),
        ("DYTE_BASE_URL", "http://api.dyte.io/v2", "ALLOW_INSECURE=plain-http"),
        ("VIDEO_PROVIDER", "realtimekit", "DYTE_BASE_URL"),
        ("VIDEO_PROVIDER", "realtimekit", "PROVIDER_ORG_ID"),
        ("VIDEO_PROVIDER", "zoom", "VIDEO_PROVIDER"),
        ("ATTENDANCE_BASE_URL", "", "ATTENDANCE_BASE_URL"),
        ("ATTENDANCE_BASE_URL", "http://localhost:8080", "its own attendance service"),
        ("AUTH", "", "AUTH"),
        ("AUTH", "jwt", "JWT_ISSUER"),
        ("AUTH", "jwt", "JWT_AUDIENCE"),
        ("AUTH", "jwt", "JWT_JWKS_URL, JWT_PUBLIC_KEY"),
        ("AUTH", "jwt,none", "cannot stand beside another"),
        ("AUTH", "api-key", "API_KEYS"),
        ("AUTH", "password", "AUTH"),
        ("API_KEYS", "portal=abc", "API_KEYS"),
        ("API_KEYS", f"portal:admin={'0' * 64}", "API_KEYS"),
        ("JWT_PUBLIC_KEY", "not a key", "JWT_PUBLIC_KEY"),
        ("JWT_ALGORITHMS", "HS256", "JWT_ALGORITHMS"),
        ("JWT_ALGORITHMS", ",", "JWT_ALGORITHMS"),
        ("JWT_FROM", "bare", "must have jwt for JWT_FROM"),
        ("JWT_FROM", ",", "JWT_FROM"),
        ("JWT_FROM", "Bearer", "JWT_FROM: must be of bearer, bare and cookie:NAME"),
        ("JWT_FROM", "bearer,header", "JWT_FROM"),
        ("JWT_FROM", "cookie", "JWT_FROM"),
        ("JWT_FROM", "cookie:", "JWT_FROM"),
        ("JWT_FROM", "cookie:my token", "JWT_FROM"),
        ("JWT_FROM", "cookie:a=b", "JWT_FROM"),
        ("JWT_FROM", "cookie:a;b", "JWT_FROM"),
        ("JWT_FROM", "cookie:ção", "JWT_FROM"),
        ("ATTENDANCE_HEADERS", "app-name", "ATTENDANCE_HEADERS: must be name: value"),
        ("ATTENDANCE_HEADERS", "app-name: x; Authorization: y", "must leave out Authorization"),
        ("AUTH", ",", "AUTH"),
        ("JWT_ALGORITHMS", "none", "JWT_ALGORITHMS"),
        ("JWT_JWKS_URL", "http://id.example/keys", "ALLOW_INSECURE=plain-http"),
        ("HOST_POLICY", "requester", "HOST_POLICY"),
        ("API_KEYS", f"portal={'0' * 64},other={'0' * 64}", "API_KEYS"),
        ("API_KEYS", f"portal={'0' * 64}", "must have api-key for API_KEYS"),
        ("JWT_JWKS_URL", "https://id.example/keys", "must have jwt for JWT_JWKS_URL"),
        ("VIDEO_PROVIDER", "", "VIDEO_PROVIDER: must be dyte or realtimekit"),
        ("ATTENDANCE_PROVIDER", "", "ATTENDANCE_PROVIDER: must be http"),
        ("DYTE_TOKEN", "bm9jb2xvbg==", "PROVIDER_ORG_ID"),
        ("DYTE_TOKEN", "not-base64", "PROVIDER_ORG_ID"),
        ("DYTE_TOKEN", "org:canary", "DYTE_TOKEN: is organization:key as it is"),
        ("DYTE_TOKEN", "b3JnOmtleQo=", "DYTE_TOKEN: was encoded with the end of its line"),
        ("PRESET_PARTICIPANT", "group_call_host", "would make everybody the host"),
        ("PRESET_PARTICIPANT", "  ", "PRESET_PARTICIPANT"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, 0.0.0.0/0", "TRUSTED_PROXIES"),
        ("HOST_POLICY", "patient", "HOST_POLICY"),
        ("FREE_MEETINGS", "all", "FREE_MEETINGS"),
        ("DOCTOR_CALLS_PER_MINUTE", "0", "DOCTOR_CALLS_PER_MINUTE"),
        ("WEBHOOK_PUBLIC_KEY", "not a key", "WEBHOOK_PUBLIC_KEY"),
        ("WEBHOOK_KEY_URL", "http://keys.example/k", "ALLOW_INSECURE=plain-http"),
        ("PUBLIC_URL", "http://hospital.example", "PUBLIC_URL: plain http off this machine"),
        ("PUBLIC_URL", "hospital.example", "PUBLIC_URL: must be http(s)://host"),
        ("PUBLIC_URL", "https://me:canary@hospital.example", "PUBLIC_URL"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL"),
        ("DATABASE_URL", "sqlite:///", "DATABASE_URL"),
        ("ALLOW_INSECURE", "no-webhook-verification", "ALLOW_INSECURE=no-auth"),
        ("ALLOW_INSECURE", "no-auth", "ALLOW_INSECURE=no-webhook-verification"),
        ("ALLOW_INSECURE", "everything", "ALLOW_INSECURE"),
        ("CORS_ORIGINS", "*", "CORS_ORIGINS: * is refused"),
        ("CORS_ORIGINS", "https://*.app.example", "CORS_ORIGINS: * is refused"),
        ("CORS_ORIGINS", "https://app.example, app.example", "CORS_ORIGINS"),
        ("CORS_ORIGINS", "https://app.example/", "CORS_ORIGINS"),
        ("CORS_ORIGINS", "https://app.example/page", "CORS_ORIGINS"),
        ("CORS_ORIGINS", "https://app.example?page", "CORS_ORIGINS"),
        ("CORS_ORIGINS", "https://app.example:443", "CORS_ORIGINS"),
        ("CORS_ORIGINS", "https://App.example", "CORS_ORIGINS"),
        ("CORS_ORIGINS", "https://me:canary@app.example", "CORS_ORIGINS"),
        ("CORS_ORIGINS", "null", "CORS_ORIGINS"),
        ("CORS_ORIGINS", "ftp://app.example", "CORS_ORIGINS"),
        ("PUBLIC_HOSTS", "*", "PUBLIC_HOSTS"),
        ("PUBLIC_HOSTS", "https://a.example", "PUBLIC_HOSTS"),
        ("PUBLIC_HOSTS", "a.example:443", "PUBLIC_HOSTS"),
        ("PUBLIC_HOSTS", "10.0.0.5:443", "PUBLIC_HOSTS"),
        ("PUBLIC_HOSTS", "[2001:db8::1]:443", "PUBLIC_HOSTS"),
        ("PUBLIC_HOSTS", "é.example", "PUBLIC_HOSTS"),
        ("PORT", "0", "PORT"),
        ("PROVIDER_RATE_SHARE", "0", "PROVIDER_RATE_SHARE"),
        ("PROVIDER_RATE_SHARE", "1.1", "PROVIDER_RATE_SHARE"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "TRUSTED_PROXIES"),
        ("TRUSTED_PROXIES", "proxy.example", "TRUSTED_PROXIES"),
        ("PARTNER_TIMEOUT", "nan", "PARTNER_TIMEOUT"),
        ("EGRESS_PROXY", "proxy:3128", "EGRESS_PROXY"),
        ("EGRESS_PROXY", "https://proxy.example:3128", "EGRESS_PROXY"),
        ("EGRESS_PROXY", "http://proxy.example:3128/path", "EGRESS_PROXY"),
        ("EGRESS_PROXY", "http://", "EGRESS_PROXY"),
        ("EGRESS_NO_PROXY", ".hospital.example", "EGRESS_PROXY: needed for EGRESS_NO_PROXY"),
        ("EGRESS_NO_PROXY", "*", "EGRESS_NO_PROXY"),
        ("EGRESS_NO_PROXY", "*.hospital.example", "EGRESS_NO_PROXY"),
        ("EGRESS_NO_PROXY", "hospital.example:443", "EGRESS_NO_PROXY"),
        ("EGRESS_NO_PROXY", "https://hospital.example", "EGRESS_NO_PROXY"),
        ("EGRESS_NO_PROXY", "10.0.0.1/8", "EGRESS_NO_PROXY"),
        ("EGRESS_NO_PROXY", "10.0.0.256", "EGRESS_NO_PROXY"),
    ],
)
def test_one_wrong_variable_is_named(
    env: pytest.MonkeyPatch, name: str, value: str, named: str
) -> None:
    env.setenv(name, value)

    assert any(named in problem for problem in problems())


def test_every_problem_is_named_at_once(env: pytest.MonkeyPatch) -> None:
    env.setenv("PORT", "many")
    env.setenv("LOG_LEVEL", "loud")
    env.setenv("DYTE_TOKEN", "")
    env.setenv("ALLOW_INSECURE", "")

    named = [problem.split(":")[0] for problem in problems()]

    assert set(named) == {"PORT", "LOG_LEVEL", "DYTE_TOKEN", "AUTH", "WEBHOOK_VERIFICATION"}


def test_an_unencoded_token_is_said_to_be_that_whatever_else_is_set(
    env: pytest.MonkeyPatch,
) -> None:
    env.setenv("DYTE_TOKEN", "org:key")
    env.setenv("PROVIDER_ORG_ID", "org")

    (problem,) = problems()

    assert "not encoded" in problem
    assert "base64" in problem


def test_trusted_proxies_are_addresses_and_networks(env: pytest.MonkeyPatch) -> None:
    env.setenv("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7, 2001:db8::/32")

    trusted = {str(network) for network in load_settings().trusted_proxies}

    assert trusted == {"10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"}


def test_a_way_out_is_a_proxy_and_what_needs_none(env: pytest.MonkeyPatch) -> None:
    env.setenv("EGRESS_PROXY", "http://us:canary@proxy.hospital.example:3128")
    env.setenv("EGRESS_NO_PROXY", "Login.example, .hospital.example,10.0.0.0/8,2001:db8::1")

    settings = load_settings()

    assert settings.egress_no_proxy == {
        "Login.example",
        ".hospital.example",
        "10.0.0.0/8",
        "2001:db8::1",
    }
    assert "canary" not in repr(settings)


def test_a_wrong_proxy_url_is_not_repeated(env: pytest.MonkeyPatch) -> None:
    env.setenv("EGRESS_PROXY", "https://us:canary@proxy.example")

    assert not any("canary" in problem for problem in problems())


def test_wrong_headers_are_not_repeated(env: pytest.MonkeyPatch) -> None:
    for value in ("canary", "canary: é", "host: canary", "a: canary; A: canary"):
        env.setenv("ATTENDANCE_HEADERS", value)

        assert not any("canary" in problem for problem in problems())


@pytest.mark.parametrize("token", ["Basic canary", "org:canary"])
def test_a_wrong_secret_is_not_repeated(env: pytest.MonkeyPatch, token: str) -> None:
    env.setenv("DYTE_TOKEN", token)

    assert not any("canary" in problem for problem in problems())


def test_with_a_real_partner_webhooks_must_be_signed_unless_that_is_waived(
    env: pytest.MonkeyPatch,
) -> None:
    env.delenv("WEBHOOK_VERIFICATION")

    assert load_settings().verification == "required"


@pytest.mark.parametrize(
    ("token", "given", "organization"),
    [
        ("b3JnOmtleQ==", "", "org"),
        ("b3JnOmtleQ==", "given", "given"),
        ("not-base64", "given", "given"),
    ],
)
def test_our_organization_is_read_from_dytes_token(
    env: pytest.MonkeyPatch, token: str, given: str, organization: str
) -> None:
    env.setenv("DYTE_TOKEN", token)
    env.setenv("PROVIDER_ORG_ID", given)

    assert load_settings().organization == organization


def test_plain_http_on_this_machine_needs_no_permission(env: pytest.MonkeyPatch) -> None:
    env.setenv("DYTE_BASE_URL", "http://127.0.0.1:9000/v2/")

    assert load_settings().video_base_url == "http://127.0.0.1:9000/v2"


def test_origins_are_taken_exactly_as_browsers_send_them(env: pytest.MonkeyPatch) -> None:
    env.setenv("CORS_ORIGINS", "https://app.example, http://localhost:3000,http://[::1]:3000")

    assert load_settings().cors_origins == {
        "https://app.example",
        "http://localhost:3000",
        "http://[::1]:3000",
    }


def test_places_of_a_token_keep_their_order(env: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AUTH": "jwt",
        "JWT_JWKS_URL": "https://id.example/keys",
        "JWT_ISSUER": "https://id.example",
        "JWT_AUDIENCE": "videochamadas",
        "JWT_FROM": "cookie:TOKEN, bare,cookie:__Host-ACCESS",
    }.items():
        env.setenv(name, value)

    settings = load_settings()

    assert settings.jwt_from == ("cookie:TOKEN", "bare", "cookie:__Host-ACCESS")
    assert settings.token_cookies == ("TOKEN", "__Host-ACCESS")


def test_the_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "given",
    [
        "https://hospital.example/video",
        "https://hospital.example/video/",
        "https://hospital.example/video/api/dyte/webhook",
    ],
)
def test_the_public_address_may_be_given_with_the_webhooks_path(
    env: pytest.MonkeyPatch, given: str
) -> None:
    env.setenv("PUBLIC_URL", given)

    assert load_settings().webhook_url == "https://hospital.example/video/api/dyte/webhook"


def test_public_hosts_are_kept_in_one_spelling_and_hold_the_one_that_webhooks_come_to(
    env: pytest.MonkeyPatch,
) -> None:
    env.setenv("PUBLIC_HOSTS", "Video.example., 10.0.0.5,2001:DB8::0:1, [2001:db8::2]")
    env.setenv("PUBLIC_URL", "https://other.example")
    named = {"video.example", "10.0.0.5", "2001:db8::1", "2001:db8::2"}

    (problem,) = problems()
    env.setenv("PUBLIC_URL", "https://VIDEO.example:8443/path")

    assert problem.startswith("PUBLIC_HOSTS: must have the host of PUBLIC_URL")
    assert load_settings().public_hosts == named
