import pytest

from adapters.partner_signs import MANY, Signs
from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerDeclinedError,
    PartnerError,
    PartnerMisconfiguredError,
    PartnerNotFoundError,
)
from domain.policies.backoff import LONGEST_FOR_ITEM, backoff
from domain.policies.refusal import AGREED, NO_REFUSALS


def forbidden() -> PartnerError:
    return PartnerDeclinedError(Partner.ATTENDANCE, 403)


def page() -> PartnerError:
    return PartnerBrokenError(Partner.ATTENDANCE, "404 without JSON", about_item=True)


@pytest.mark.parametrize(("refusals", "longest"), [(0, 0.5), (5, 16), (11, 600), (10_000, 600)])
def test_the_pace_of_a_refused_item_grows_to_ten_minutes(refusals: int, longest: float) -> None:
    assert backoff(refusals, lambda: 1.0, LONGEST_FOR_ITEM) == longest


def test_of_a_referral_that_was_never_read_not_there_is_believed_at_once() -> None:
    assert NO_REFUSALS.not_there(0).final(0, known=False)


def test_of_a_known_referral_not_there_is_believed_when_said_again_after_ten_minutes() -> None:
    once = NO_REFUSALS.not_there(100)
    soon, late = once.not_there(100 + AGREED - 1), once.not_there(100 + AGREED)

    assert not once.final(100, known=True)
    assert not soon.final(100 + AGREED - 1, known=True)
    assert late.final(100 + AGREED, known=True)
    assert (late.count, late.since) == (2, 100)


def test_another_refusal_in_between_begins_the_ten_minutes_anew() -> None:
    again = NO_REFUSALS.not_there(0).declined().not_there(700)

    assert not again.final(700, known=True)
    assert again.count == 3


def test_five_different_items_that_are_forbidden_in_a_row_mean_refused_credentials() -> None:
    signs = Signs()

    meant = [signs.read_refusal(forbidden(), f"item-{number}") for number in range(MANY + 1)]

    assert [type(error) for error in meant[: MANY - 1]] == [PartnerDeclinedError] * (MANY - 1)
    assert [type(error) for error in meant[MANY - 1 :]] == [PartnerMisconfiguredError] * 2


def test_one_item_that_is_forbidden_again_and_again_stays_one_item() -> None:
    signs = Signs()

    for _ in range(100):
        assert signs.read_refusal(forbidden(), "item").about_item


def test_a_success_in_between_means_that_our_credentials_are_good() -> None:
    signs = Signs()

    for number in range(20):
        assert signs.read_refusal(forbidden(), f"item-{number}").about_item
        if number % 4 == 3:
            signs.succeeded(needs_body=False)


@pytest.mark.parametrize("status", [409, 402, 423, 451])
def test_however_many_items_are_declined_otherwise_nothing_follows_for_others(status: int) -> None:
    signs = Signs()

    for number in range(20):
        error = PartnerDeclinedError(Partner.ATTENDANCE, status)
        assert signs.read_refusal(error, f"item-{number}") is error
        assert error.about_item


def test_when_nobody_answers_in_json_any_more_it_is_the_partner_that_fails() -> None:
    signs = Signs()

    about_item = [signs.read_refusal(page(), f"item-{n}").about_item for n in range(MANY + 1)]

    assert about_item == [True] * (MANY - 1) + [False] * 2


def test_where_no_item_is_named_a_refusal_is_ours_at_once() -> None:
    signs = Signs()

    assert isinstance(signs.read_refusal(forbidden(), None), PartnerMisconfiguredError)
    assert not signs.read_refusal(page(), None).about_item
    assert signs.read_refusal(forbidden(), "item").about_item


def test_what_is_not_there_is_passed_on_as_it_is() -> None:
    error = PartnerNotFoundError(Partner.ATTENDANCE, "404")

    assert Signs().read_refusal(error, "item") is error
