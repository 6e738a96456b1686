"""Multinomial logistic regression over many more features than texts, quickly: only the worker that learns loads it.

Two things make it quick, and neither changes what is found. Features that always occur together (the runs of letters of
a word that only one text has) are one column while the weights are searched. And the search is told beforehand how
steep the way is in each direction: common features and the bias need small steps, rare ones large steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

INVERSE_REGULARISATION = 30.0
SETTLED, STEPS = 1e-3, 100
"""The search ends when a step lessens the loss by no more than this share of it, or after so many steps."""
REMEMBERED = 5
"""Steps that the search looks back on; each takes as much memory as four copies of the weights."""


def regression(matrix: Any, answers: ndarray[Any, Any]) -> tuple[ndarray[Any, Any], ndarray[Any, Any]]:
    """Weights (features by entries) and bias. `matrix`: texts by features, sparse; `answers`: the entry of each text,
    counted from 0, each of them at least once."""
    import numpy as np
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    merged, column, share = _merged(matrix)
    loss = _Loss(merged, answers)
    # Threads that wait for each other cost more than they bring.
    with threadpool_limits(1):
        found = minimize(
            loss.at,
            np.zeros(loss.shape[0] * loss.shape[1]),
            jac=True,
            method="L-BFGS-B",
            options={"maxcor": REMEMBERED, "maxiter": STEPS, "ftol": SETTLED, "gtol": 0},
        )
    weights = loss.weights(found.x)
    return weights[:-1][column] * share[:, None], weights[-1]


def _merged(matrix: Any) -> tuple[Any, ndarray[Any, Any], ndarray[Any, Any]]:
    """The matrix with columns that are multiples of each other as one; for each feature its column, and its share of
    that column's weight. The columns keep their length taken together, so that the same weights are the best ones."""
    import numpy as np
    from scipy.sparse import diags_array

    columns = matrix.tocsc()
    columns.sort_indices()
    filled = np.diff(columns.indptr)
    first = np.ones(len(filled), np.float32)
    first[filled > 0] = columns.data[columns.indptr[:-1][filled > 0]]
    scaled = columns.data / np.repeat(first, filled)
    seen: dict[tuple[bytes, bytes], int] = {}
    place = np.empty(len(first), np.int64)
    for feature, (start, end) in enumerate(zip(columns.indptr, columns.indptr[1:], strict=False)):
        alike = (columns.indices[start:end].tobytes(), scaled[start:end].tobytes())
        place[feature] = seen.setdefault(alike, len(seen))
    length = np.sqrt(np.bincount(place, first.astype(np.float64) ** 2, len(seen))).astype(np.float32)
    chosen = np.empty(len(seen), np.int64)
    chosen[place[::-1]] = np.arange(len(first))[::-1]
    merged = (columns[:, chosen] @ diags_array(length / first[chosen])).tocsr()
    return merged.astype(np.float32), place, first / length[place]


class _Loss:
    """What the search makes small: how unlikely the right entries are, and how large the weights. It moves weights that
    were divided by `_stride`, so that a step of 1 is about as long as it should be in every direction. The bias is the
    last row."""

    def __init__(self, matrix: Any, answers: ndarray[Any, Any]) -> None:
        import numpy as np

        texts, features = matrix.shape
        entries = int(answers.max()) + 1
        self.shape = (features + 1, entries)
        self._matrix, self._turned = matrix, matrix.T.tocsr()
        self._right = (np.arange(texts), answers)
        self._decay = np.float32(1 / (INVERSE_REGULARISATION * texts))
        squares = np.append(np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel(), texts) / texts
        steep = squares * (1 - 1 / entries) / entries
        steep[:-1] += self._decay
        self._stride = np.sqrt(1 / steep).astype(np.float32)[:, None]

    def weights(self, point: ndarray[Any, Any]) -> ndarray[Any, Any]:
        """The weights, and below them the bias, at a point of the search."""
        import numpy as np

        weights: ndarray[Any, Any] = point.reshape(self.shape).astype(np.float32) * self._stride
        return weights

    def at(self, point: ndarray[Any, Any]) -> tuple[float, ndarray[Any, Any]]:
        """The loss there, and its gradient."""
        import numpy as np

        weights = self.weights(point)
        likely = self._matrix @ weights[:-1] + weights[-1]
        likely -= likely.max(axis=1, keepdims=True)
        right = likely[self._right]
        np.exp(likely, out=likely)
        total = likely.sum(axis=1, keepdims=True)
        missed = float((np.log(total[:, 0], dtype=np.float64) - right).mean())
        likely /= total
        likely[self._right] -= 1
        likely /= len(likely)
        gradient = np.empty(self.shape, np.float32)
        gradient[:-1] = self._turned @ likely + self._decay * weights[:-1]
        gradient[-1] = likely.sum(axis=0)
        gradient *= self._stride
        size = 0.5 * float(self._decay) * float(np.vdot(weights[:-1], weights[:-1]))
        return missed + size, gradient.ravel().astype(np.float64)
