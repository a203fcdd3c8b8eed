"""The carrier's REST server, and our way to it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ivr.gateway import Gateway
from tests.support.carrier_api import CarrierApi
from tests.support.carrier_wire import OURS, opened
from tests.support.serving import serving


@pytest.fixture
def api() -> CarrierApi:
    return CarrierApi()


@pytest.fixture
def url(api: CarrierApi) -> Iterator[str]:
    with serving(api.app()) as address:
        yield address


@pytest.fixture
def gateway(url: str) -> Iterator[Gateway]:
    with opened(replace(OURS, api_url=url, public_url="https://line.example.org/")) as one:
        yield one
