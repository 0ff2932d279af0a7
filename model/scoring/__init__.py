"""From the features of sentences to probabilities, and to the share that each feature has in them; numpy only."""
