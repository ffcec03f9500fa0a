"""A small logistic regression in plain Python, trained for real: standardised features, batch gradient descent."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

EPOCHS = 120
LEARNING_RATE = 0.5


@dataclass(frozen=True)
class Model:
    """Weights on standardised features; says how likely the first class of training, a good mood, is."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    @classmethod
    def from_dict(cls, parts: Mapping[str, Any]) -> Self:
        """What `dataclasses.asdict` made and JSON kept."""
        return cls(tuple(parts["means"]), tuple(parts["scales"]), tuple(parts["weights"]), float(parts["bias"]))

    def probability(self, row: Sequence[float]) -> float:
        return _sigmoid(self.bias + sum(w * x for w, x in zip(self.weights, self._standard(row), strict=True)))

    def _standard(self, row: Sequence[float]) -> list[float]:
        return [(x - m) / s for x, m, s in zip(row, self.means, self.scales, strict=True)]


def train(
    rows: Sequence[Sequence[float]], labels: Sequence[int], after: Callable[[int, float], None] = lambda _e, _l: None
) -> Model:
    """Fits the model; `after` hears the epoch and the mean loss. Weights are rounded: they go into a file."""
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    scales = [_spread(column, m) for column, m in zip(zip(*rows, strict=True), means, strict=True)]
    table = [[(x - m) / s for x, m, s in zip(row, means, scales, strict=True)] for row in rows]
    weights, bias = [0.0] * len(means), 0.0
    for epoch in range(1, EPOCHS + 1):
        guesses = [_sigmoid(bias + sum(w * x for w, x in zip(weights, row, strict=True))) for row in table]
        errors = [guess - label for guess, label in zip(guesses, labels, strict=True)]
        step = LEARNING_RATE / len(table)
        weights = [
            w - step * sum(e * row[n] for e, row in zip(errors, table, strict=True)) for n, w in enumerate(weights)
        ]
        bias -= step * sum(errors)
        after(epoch, _loss(guesses, labels))
    return Model(_rounded(means), _rounded(scales), _rounded(weights), round(bias, 6))


def accuracy(model: Model, rows: Sequence[Sequence[float]], labels: Sequence[int]) -> float:
    """The share of rows that the model gets right at one half."""
    right = sum((model.probability(row) >= 0.5) == bool(label) for row, label in zip(rows, labels, strict=True))
    return round(right / len(rows), 4) if rows else 0.0


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def _spread(column: Sequence[float], mean: float) -> float:
    return math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)) or 1.0


def _loss(guesses: Sequence[float], labels: Sequence[int]) -> float:
    total = sum(math.log(max(1e-9, g if label else 1 - g)) for g, label in zip(guesses, labels, strict=True))
    return -total / len(labels)


def _rounded(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(value, 6) for value in values)
