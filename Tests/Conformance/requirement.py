"""The mark of a check."""

import pytest


def requirement(standard, name):
    """The test checks `/req/NAME` of the standard; its name in reports is the requirement's."""
    return pytest.mark.requirement(standard, name)
