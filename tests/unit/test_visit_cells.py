"""No cell of the CSV is a formula to a spreadsheet."""

import pytest

from entrypoints.cli.visits import cell


@pytest.mark.parametrize("first", "=+-@\t\r\n")
def test_a_text_that_a_spreadsheet_would_calculate_is_a_text(first: str) -> None:
    assert cell(f"{first}1+1") == f"'{first}1+1"


@pytest.mark.parametrize("value", ["enc-1", "m=1", "", 12, 0])
def test_other_values_stay_as_they_are(value: object) -> None:
    assert cell(value) == value


def test_what_there_is_not_is_empty_and_yes_and_no_are_as_in_json() -> None:
    assert cell(None) is None
    assert (cell(value=True), cell(value=False)) == ("true", "false")
