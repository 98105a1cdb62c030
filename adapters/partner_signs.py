"""What answers in a row say together that none says alone."""

from dataclasses import dataclass, field

from domain.errors import PartnerDeclinedError, PartnerError, PartnerMisconfiguredError

MANY = 5
"""So many in a row, with no success between, are no longer about one item."""


@dataclass(slots=True)
class Signs:
    """Kept for one partner and one set of credentials; a success begins anew.

    Refusals count by item, so that one item that is tried again and again counts once. Pages count
    by call, and only a success of the same kind of call (``needs_body``) ends the row: reading may
    work while every update ends at a login page.
    """

    forbidden: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)
    pages: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def succeeded(self, *, needs_body: bool) -> None:
        self.forbidden.clear()
        self.strange.clear()
        self.pages[needs_body] = 0

    def read_refusal(self, error: PartnerError, item: str | None) -> PartnerError:
        """The error that a refusal means by now. Without an item it is about us at once."""
        if not error.about_item:
            return error
        forbidden = isinstance(error, PartnerDeclinedError) and error.status == 403
        if not forbidden and isinstance(error, PartnerDeclinedError):
            return error
        items = self.forbidden if forbidden else self.strange
        if item is not None and len(items) < MANY:
            items.add(item)
        if item is not None and len(items) < MANY:
            return error
        if forbidden:
            return PartnerMisconfiguredError(error.partner, "403: our credentials were refused")
        error.about_item = False
        return error

    def read_page(self, error: PartnerError, *, needs_body: bool) -> PartnerError:
        """The error that a page or a redirect in place of an answer means by now."""
        self.pages[needs_body] += 1
        if self.pages[needs_body] < MANY:
            return error
        return PartnerMisconfiguredError(
            error.partner, "every answer is a page or a redirect: a login, or a wrong base URL"
        )
