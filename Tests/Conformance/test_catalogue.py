"""The declaration of the service and the catalogue of requirements say the same."""

import pytest

import catalogue

CLASSES = [(standard, class_) for standard, classes in catalogue.REQUIREMENTS.items() for class_ in classes]


@pytest.mark.parametrize("standard,class_", CLASSES, ids=["/".join(each) for each in CLASSES])
def test_a_class_is_declared_if_its_requirements_are_met(declared, standard, class_):
    uri = catalogue.CONFORMANCE[standard] + class_
    assert (uri in declared) == ((standard, class_) not in catalogue.UNDECLARED)


def test_no_class_is_declared_that_is_not_in_the_catalogue(declared):
    """Of the standards that the catalogue has; Common and others are built upon, not tested here."""
    known = {catalogue.CONFORMANCE[standard] + class_ for standard, class_ in CLASSES} | catalogue.DECLARED_BESIDE
    assert {uri for uri in declared if uri.startswith(tuple(catalogue.CONFORMANCE.values()))} - known == set()
