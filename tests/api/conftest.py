"""A client of the application over the workspace of a test."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app


@pytest.fixture
def client(workspace):
    """A client without an account; the modules that need another one have their own."""
    with TestClient(create_app(workspace)) as found:
        yield found
