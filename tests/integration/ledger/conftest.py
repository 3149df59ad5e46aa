"""A ledger in a database of its own."""

import pytest

from dothi.config.supervisor import postgres
from tests.support.ledgers import Ledger


@pytest.fixture
def ledger(cluster: postgres.Cluster, fresh_database: str) -> Ledger:
    """The ledger of a fresh database, in which everyone may commit."""
    return Ledger(cluster, fresh_database)
