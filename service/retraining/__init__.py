"""Retraining on corrections, and the registry of models that it fills."""
