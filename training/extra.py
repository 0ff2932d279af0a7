"""The packages that training needs and that a base installation lacks: the extra ``train`` of the distribution."""

from importlib.util import find_spec
from typing import Final

# The imported names of what pyproject.toml lists under ``train``, but for what is read as text or imported on demand.
PACKAGES: Final = ("joblib", "matplotlib", "nltk", "scipy", "sklearn")
ADVICE: Final = "training needs more packages: pip install 'stancewire[train]'"


class MissingExtraError(ImportError):
    """A package of the extra ``train`` is not installed; the message says what to install."""


def require_train_extra() -> None:
    """Check that the packages of the extra ``train`` are installed; none of them is imported.

    Raises:
        MissingExtraError: At least one is not.

    """
    if not all(map(find_spec, PACKAGES)):
        raise MissingExtraError(ADVICE)


def exit_without_train_extra() -> None:
    """End a command with the advice on standard error and exit status 1 if a package is not installed."""
    try:
        require_train_extra()
    except MissingExtraError as error:
        raise SystemExit(str(error)) from None
