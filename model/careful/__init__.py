"""The careful reader: a small transformer that reads a sentence with what attribution found of it."""
