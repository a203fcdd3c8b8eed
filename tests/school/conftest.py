"""What the tests of the school share."""

import pytest

from tests.support.gateway import RememberingGateway


@pytest.fixture
def gateway() -> RememberingGateway:
    return RememberingGateway()
