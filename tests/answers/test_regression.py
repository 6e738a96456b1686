"""The regression that learns: it finds what scikit-learn finds, however many features say the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from club.learning import Phrasing, learn
from club.matching import Model
from club.regression import INVERSE_REGULARISATION, regression
from club.tokens import features

DICE = np.random.default_rng(7)
ENTRIES = np.arange(60) % 4
WORDS = csr_matrix(
    np.where(DICE.random((60, 40)) < 0.2, DICE.random((60, 40)), 0) + np.eye(4, 40)[ENTRIES], dtype=np.float32
)


def likely(scores: Any) -> Any:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def found(matrix: Any) -> Any:
    weights, bias = regression(matrix, ENTRIES)
    return likely(matrix @ weights + bias)


def test_it_finds_what_scikit_learn_computes_to_the_end() -> None:
    theirs = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=10_000, tol=1e-6).fit(WORDS, ENTRIES)
    assert np.abs(found(WORDS) - theirs.predict_proba(WORDS)).max() < 0.05


def test_features_that_always_stand_together_each_get_their_weight() -> None:
    twice = hstack([WORDS, 2 * WORDS], format="csr")
    weights, _ = regression(twice, ENTRIES)
    assert np.allclose(2 * weights[:40], weights[40:], atol=1e-3)
    theirs = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=10_000, tol=1e-6).fit(twice, ENTRIES)
    assert np.abs(found(twice) - theirs.predict_proba(twice)).max() < 0.05


def test_a_feature_that_no_text_has_weighs_nothing() -> None:
    weights, _ = regression(hstack([WORDS, csr_matrix((60, 2))], format="csr").astype(np.float32), ENTRIES)
    assert not weights[40:].any()


@pytest.mark.parametrize(("asked", "entry"), [("open on sunday", 1), ("parking near you", 2)])
def test_two_entries_are_told_apart(asked: str, entry: int) -> None:
    model = learn([Phrasing("when do you open", 1), Phrasing("where can I park", 2), Phrasing("parking", 2, True)])
    assert isinstance(model, Model)
    assert model.ranked(features(asked))[0][0] == entry
