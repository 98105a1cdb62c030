"""The use cases as they are wired, on a provider whose list of live sessions a test says."""

import pytest
from dependency_injector import providers

from entrypoints.container import Container
from tests.application.conftest import Clock
from tests.live_calls import LiveProvider


@pytest.fixture
def provider(container: Container, clock: Clock) -> LiveProvider:
    made = LiveProvider(clock, clock.pass_by)
    container.rooms.override(providers.Object(made))
    return made


@pytest.fixture
def wired(provider: LiveProvider, wired: Container) -> Container:
    return wired
