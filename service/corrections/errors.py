"""What can go wrong with the database, and the packages that it needs: the extra ``corrections``."""

from importlib.util import find_spec
from typing import Final

PACKAGES: Final = ("sqlalchemy", "alembic", "psycopg")
ADVICE: Final = "corrections need more packages: pip install 'stancewire[corrections]'"


class CorrectionsConfigError(ValueError):
    """Corrections cannot be kept as configured; the message names the variable to change."""


class StoreUnavailableError(RuntimeError):
    """The database does not answer, or refuses to; the message says why, without any text of users."""


def require_corrections_extra() -> None:
    """Check that the packages of the extra ``corrections`` are installed; none of them is imported.

    Raises:
        CorrectionsConfigError: At least one is not.

    """
    if not all(map(find_spec, PACKAGES)):
        raise CorrectionsConfigError(f"STANCE_CORRECTIONS: {ADVICE}")
