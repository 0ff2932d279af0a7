"""Surfaces of the model: the command line, the HTTP service, and batch scoring."""
