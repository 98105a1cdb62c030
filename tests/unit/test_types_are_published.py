"""Whoever writes an adapter outside of this repository gets our types."""

import tomllib

import pytest

from tests.documents.blocks import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
PACKAGES = PROJECT["importlinter"]["root_packages"]


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_says_that_it_is_typed_and_takes_that_along(package: str) -> None:
    assert (ROOT / package / "py.typed").exists()
    assert "py.typed" in PROJECT["setuptools"]["package-data"]["*"]
    assert f"{package}*" in PROJECT["setuptools"]["packages"]["find"]["include"]
