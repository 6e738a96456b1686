"""What a question means beside its words: read by a model in a folder, learnt and answered with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.clock import ShiftedClock
from bot.learner import HEAD, request
from bot.teaching import Teaching
from club.learning import Phrasing, estimate, learn
from club.matching import SURE, UNSURE, Answers, Model
from club.meaning import Encoder, ModelProblem
from club.tokens import features
from storage import learnt
from storage.database import open_database
from storage.sealing import Vault
from tests.answers import tiny
from tests.answers.test_teaching import writes
from tests.club import MASTER_KEY, NOON

NUMBER = {piece: number for number, piece in enumerate(tiny.VOCABULARY)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny.write(tmp_path / "model")
    return tmp_path / "model"


def pieces(*names: str) -> list[int]:
    return [NUMBER[name] for name in ("[CLS]", *names, "[SEP]")]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Where is my card?", ("where", "is", "my", "card", "?")),
        ("Where's my PARCEL", ("where", "'", "s", "my", "par", "##cel")),
        ("Café?", ("c", "##a", "##f", "##e", "?")),
        ("is my Ｄog 🐶 allowed", ("is", "my", "dog", "[UNK]", "allowed")),
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_a_vector_is_what_the_network_computes(tmp_path: Path, text: str, cut: tuple[str, ...], first: bool) -> None:
    tensors = tiny.write(tmp_path, pooling={"pooling_mode_cls_token": first})
    states = np.asarray(tiny.states(tensors, pieces(*cut)))
    expected = states[0] if first else states.mean(axis=0)
    vector = Encoder(tmp_path).vectors(["my dog", text])[1]
    assert np.allclose(vector, expected / np.linalg.norm(expected), atol=2e-5)


def test_many_are_read_as_each_alone(folder: Path) -> None:
    encoder = Encoder(folder)
    texts = [f"{word} {'is my ' * (number % 5)}card" for number, word in enumerate(["where", "dog", "parcel"] * 60)]
    together = encoder.vectors(texts)
    assert np.allclose(together, [encoder.vectors([text])[0] for text in texts], atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", "🙂🙂", "我的卡在哪里", "積分 card", "ключ где", "x" * 150])
def test_what_the_model_cannot_read_means_nothing(folder: Path, text: str) -> None:
    assert not Encoder(folder).vectors([text]).any()


def test_a_model_made_for_chinese_reads_both_scripts_alike(tmp_path: Path) -> None:
    characters = [chr(sign) for sign in range(0x4E00, 0x9FA6)]
    tiny.write(tmp_path, vocabulary=[*tiny.VOCABULARY, *characters])
    simplified, traditional = Encoder(tmp_path).vectors(["积分在哪里", "積分在哪裡"])
    assert simplified.any()
    assert np.allclose(simplified, traditional)


def test_a_long_text_is_read_to_a_certain_length(folder: Path) -> None:
    vector = Encoder(folder).vectors(["is my " * 400, "is my " * 500])
    assert np.allclose(vector[0], vector[1])


def damaged(folder: Path, kind: str) -> None:
    weights = folder / "model.safetensors"
    if kind == "empty":
        for path in folder.iterdir():
            path.unlink()
    elif kind == "cut off":
        weights.write_bytes(weights.read_bytes()[:-1_000])
    elif kind == "no weights":
        weights.write_bytes(b"")
    elif kind == "a page":
        weights.write_text("<html>" * 100)
    elif kind == "another kind":
        tiny.write(folder, model_type="xlm-roberta")
    elif kind == "more layers":
        tiny.write(folder, num_hidden_layers=4)
    elif kind == "no words":
        (folder / "vocab.txt").write_text("")
    elif kind == "more words":
        vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8")
        (folder / "vocab.txt").write_text(f"{vocabulary}extra\n", encoding="utf-8")
    elif kind == "a list":
        (folder / "config.json").write_text("[]")


DAMAGES = [
    "empty",
    "cut off",
    "no weights",
    "a page",
    "another kind",
    "more layers",
    "no words",
    "more words",
    "a list",
]


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_folder_that_will_not_do_is_refused_with_what_would(folder: Path, kind: str) -> None:
    damaged(folder, kind)
    with pytest.raises(ModelProblem, match=r"found|cannot be read") as told:
        Encoder(folder)
    assert str(folder) in str(told.value)
    assert "expected" in str(told.value)


LESSONS = [
    Phrasing(text, entry)
    for entry, lines in enumerate(
        (["where is my card", "my card"], ["is my dog allowed", "my dog"], ["parcel", "my parcel"]), 1
    )
    for text in lines
]


VECTORS = [np.eye(8, dtype=np.float32)[lesson.entry] for lesson in LESSONS]
"""As if each entry meant one thing of eight."""


def test_meanings_are_learnt_beside_the_words_and_stored() -> None:
    model = learn(LESSONS, VECTORS, "a mark")
    assert model is not None
    back = Model.from_bytes(model.to_bytes())
    assert back.mark == "a mark"
    for lesson, vector in zip(LESSONS, VECTORS, strict=True):
        (best, likely), *_ = back.ranked(features(lesson.text), vector=vector)
        assert best == lesson.entry
        assert likely > dict(back.ranked(features(lesson.text)))[best], "the meaning speaks for it too"
    assert estimate(LESSONS * 5, 0.1, VECTORS * 5) != estimate(LESSONS * 5, 0.1), "the gate is that of both together"


def test_a_question_without_a_known_word_is_found_by_its_meaning_alone() -> None:
    model = learn(LESSONS, VECTORS, "a mark")
    assert model is not None
    assert model.ranked(features("🙂"), vector=VECTORS[0])[0][0] == 1
    assert model.verdict("🙂", VECTORS[0]).entries[0] == 1
    assert model.ranked(features("🙂")) == []


def test_what_was_learnt_with_another_model_is_asked_by_words_alone(folder: Path, tmp_path: Path) -> None:
    encoder = Encoder(folder)
    model = learn(LESSONS, encoder.vectors([lesson.text for lesson in LESSONS]), encoder.mark)
    tiny.write(tmp_path / "other", vocabulary=[*tiny.VOCABULARY, "more"])
    assert model is not None
    words, other, same = Answers(model), Answers(model, Encoder(tmp_path / "other")), Answers(model, encoder)
    assert words.answer("🙂 dogs") == other.answer("🙂 dogs")
    assert other.encoder is not None
    assert other.encoder.mark != encoder.mark
    assert same.answer("where is my card").kind == SURE


def test_a_model_learnt_before_meanings_were_read_still_answers(folder: Path) -> None:
    model = learn(LESSONS)
    assert model is not None
    back = Model.from_bytes(model.to_bytes())
    assert back.mark == ""
    assert Answers(back, Encoder(folder)).answer("where is my card") == back.verdict("where is my card")


def test_the_worker_reads_meanings_when_it_is_told_a_folder(folder: Path) -> None:
    lessons = [(lesson.text, lesson.entry, False) for lesson in LESSONS]
    asked = request(lessons, 0.1, folder)
    done = subprocess.run(
        [sys.executable, "-c", "import bot.learner as l, threading; l._end_with_the_input = print; l.main()"],
        input=asked,
        capture_output=True,
        check=True,
    )
    size = int.from_bytes(done.stdout.lstrip(b"\n")[:HEAD], "big")
    assert Model.from_bytes(done.stdout.lstrip(b"\n")[HEAD : HEAD + size]).mark == Encoder(folder).mark


async def test_a_club_with_a_model_learns_anew_and_one_whose_model_is_lost_goes_on(
    sqlite_url: str, folder: Path
) -> None:
    database = await open_database(sqlite_url, Vault(MASTER_KEY))
    clock = ShiftedClock(NOON)
    try:
        dogs = await writes(database, "Dogs", "is my dog allowed", "my dog")
        await writes(database, "Cards", "where is my card", "my card")
        plain, reads = Answers(), Answers()
        await Teaching(database, plain, clock, 0.1).keep_up()
        assert plain.model is not None
        assert plain.model.mark == ""
        await Teaching(database, reads, clock, 0.1, semantic_model=folder).keep_up()
        assert reads.model is not None
        assert reads.encoder is not None
        assert reads.model.mark == reads.encoder.mark
        assert reads.answer("is my dog allowed").entries == (dogs,)
        row = await database.read(learnt.latest)
        assert row is not None
        assert row.revision.endswith(reads.encoder.mark)
        damaged(folder, "empty")
        lost = Answers()
        await Teaching(database, lost, clock, 0.1, semantic_model=folder).keep_up()
        assert lost.encoder is None
        assert lost.model is not None
        assert lost.model.mark == ""
        assert lost.answer("🙂").kind == UNSURE
    finally:
        await database.close()


def test_without_the_setting_nothing_of_it_is_loaded() -> None:
    code = "import sys; import bot.app, bot.check, bot.teaching, club.matching; print('club.meaning' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
