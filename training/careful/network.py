"""The network in PyTorch: MiniLM, the mean of its tokens' vectors, and a linear layer to the labels."""

from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel

from model.labels import LABELS


class SentenceClassifier(torch.nn.Module):  # type: ignore[misc]
    """MiniLM with a layer on top that gives the labels' logits; the vectors of its vocabulary stay as they are.

    Args:
        folder: MiniLM's weights and configuration.

    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(
            folder, local_files_only=True, add_pooling_layer=False, attn_implementation="eager"
        )
        self.body.embeddings.requires_grad_(False)
        self.dropout = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(self.body.config.hidden_size, len(LABELS))

    def forward(self, tokens: Any, segments: Any, mask: Any) -> Any:  # noqa: ANN401 -- tensors
        """Return logits of shape (pairs, labels).

        Args:
            tokens: Numbers of the tokens, of shape (pairs, tokens).
            segments: 0 for the evidence, 1 for the sentence, of the same shape.
            mask: 0 for what only fills up a row, else 1.

        """
        vectors = self.body(input_ids=tokens, token_type_ids=segments, attention_mask=mask).last_hidden_state
        seen = mask[:, :, None].to(vectors.dtype)
        return self.head(self.dropout((vectors * seen).sum(dim=1) / seen.sum(dim=1)))
