"""My own tests, from last week."""
import pytest

raise RuntimeError("the conftest of a submission was imported")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    items.clear()
