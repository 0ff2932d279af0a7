"""Engines that run the batch core: a process pool on one machine, and Spark."""
