"""Comparisons, ablations and plots: what was measured beside the model that is shipped."""
