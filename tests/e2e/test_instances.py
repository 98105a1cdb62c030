"""Several instances: on one port, and told about what they cannot check."""

import aiohttp

from tests.e2e.processes import free_port, run, running
from tests.prove.service import READY


async def test_two_instances_on_postgres_share_a_port(fresh_postgres: str) -> None:
    port = str(free_port())
    env = {"PORT": port, "REUSE_PORT": "true", "DATABASE_URL": fresh_postgres}
    async with (
        running("serve", until=READY, **env) as first,
        running("serve", until=READY, **env),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        await first.stop()
        async with client.get("/health/ready") as answer:
            assert answer.status == 200
    assert first.process.returncode == 0


async def test_a_token_that_names_no_organization_is_refused_at_start() -> None:
    env = {"VIDEO_PROVIDER": "dyte", "DYTE_TOKEN": "canary-token", "AUTH": "none"}

    finished = await run("serve", ALLOW_INSECURE="no-auth", **env)

    assert finished.code == 2
    assert "PROVIDER_ORG_ID: needed" in finished.errors
    assert "canary-token" not in finished.errors + finished.output
