"""The logistic regression learns, and keeps what it learnt in JSON."""

import json
from dataclasses import asdict

from headwater_web.demo import model
from headwater_web.demo.story import dice

ROWS = [(dice("a", n).gauss(0, 2), dice("b", n).gauss(5, 1), 7.0) for n in range(300)]
LABELS = [int(row[0] > 0.5) for row in ROWS]


def test_it_finds_the_feature_that_matters():
    losses = []
    trained = model.train(ROWS[:200], LABELS[:200], lambda _epoch, loss: losses.append(loss))
    assert model.accuracy(trained, ROWS[200:], LABELS[200:]) > 0.9
    assert abs(trained.weights[0]) > 5 * abs(trained.weights[1])
    assert trained.scales[2] == 1.0  # a constant feature divides by nothing
    assert losses == sorted(losses, reverse=True)
    assert len(losses) == model.EPOCHS


def test_a_file_holds_all_of_it():
    trained = model.train(ROWS, LABELS)
    assert model.Model.from_dict(json.loads(json.dumps(asdict(trained)))) == trained
