from collections.abc import Iterator

import pytest

from entrypoints.cli.open_files import allow_open_files

resource = pytest.importorskip("resource")
FILES = resource.RLIMIT_NOFILE


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = resource.getrlimit(FILES)
    yield
    resource.setrlimit(FILES, before)


@pytest.mark.parametrize(("soft", "enough", "then"), [(500, 600, 600), (700, 600, 700)])
def test_the_limit_is_raised_and_never_lowered(soft: int, enough: int, then: int) -> None:
    hard = resource.getrlimit(FILES)[1]
    resource.setrlimit(FILES, (soft, hard))

    allow_open_files(enough)

    assert resource.getrlimit(FILES) == (then, hard)
