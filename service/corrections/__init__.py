"""What people correct: kept in a database, asked for over HTTP, and exchanged as a corpus or with Label Studio.

``records.py`` defines what is kept, ``store.py`` keeps it. Modules that import SQLAlchemy need the packages of the
extra ``corrections``; :func:`open_store` checks that they are there.
"""

from typing import TYPE_CHECKING

from service.corrections.errors import require_corrections_extra

if TYPE_CHECKING:
    from service.corrections.store import Store


def open_store(url: str, *, connect: bool = True) -> "Store":
    """Open the store in the database of this URL, and bring its tables up to date.

    Args:
        url: SQLAlchemy URL of an SQLite file or of a PostgreSQL database.
        connect: Do so now; else with the first use, so that a service can start before its database.

    Raises:
        CorrectionsConfigError: A package is missing, or the URL is wrong, or the database cannot be used.

    """
    require_corrections_extra()
    from service.corrections.store import Store

    return Store.open(url, connect=connect)
