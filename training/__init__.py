"""The corpus, and the way from it to a measured artifact."""
