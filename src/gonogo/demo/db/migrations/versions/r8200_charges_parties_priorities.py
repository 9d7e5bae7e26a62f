"""Charge lines, tenancy parties, repair priorities and payment plans."""

from __future__ import annotations

from alembic import context, op

from gonogo.demo.db.data_8200 import carry_over
from gonogo.demo.db.models import Base82

revision = "8200"
down_revision = "8100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables of 8.2, moves the data into them and drops the columns that it came from."""
    connection = op.get_bind()
    Base82.metadata.create_all(connection)
    carry_over(connection, context.config.attributes["build"])
    op.drop_column("rent_account", "net_rent_pence")
    op.drop_column("rent_account", "service_charges")
