"""Features of sentences to probabilities, and each feature's share of them, with numpy alone."""
