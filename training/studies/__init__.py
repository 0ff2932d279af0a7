"""Studies: comparisons, ablations and plots beside the model that is shipped, each run with ``python -m``."""

from training.extra import exit_without_train_extra

exit_without_train_extra()  # here, because a study's own imports would fail first, with a traceback
