"""Models through Python: golden numbers, views, interventions and bad input."""

import gc
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest
from golden import CASES, Golden, assert_close

import assay
from assay import Intervention

SENTENCE = "a gripping, beautifully acted film"


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


@pytest.fixture(scope="module", params=CASES)
def golden(request):
    return Golden(request.param)


@pytest.fixture(scope="module")
def model(golden):
    return assay.load(golden.folder)


def test_logits_hidden_states_and_attention_are_torch_s(golden, model):
    """Oracle: transformers in float64; bounds relative to the largest magnitude."""
    for length in golden.lengths:
        tokens = golden.tokens(length)
        if golden.has_head:
            assert_close(model.predict(tokens).logits[0], golden.of(length, "logits"), 1e-4)
        hidden = golden.layers(length, "hidden")
        for actual, expected in zip(model.hidden_states(tokens), hidden, strict=True):
            assert_close(actual, expected, 1e-4)
        patterns = golden.layers(length, "attention")
        for actual, expected in zip(model.attention(tokens), patterns, strict=True):
            assert_close(actual, expected, 1e-5)


def test_gradients_are_torch_s_and_need_a_head(golden, model):
    for length in golden.lengths:
        tokens = golden.tokens(length)
        if not golden.has_head:
            with pytest.raises(assay.UnsupportedModelError, match="classification head"):
                model.gradient(tokens)
            continue
        target = golden.meta["target"][str(length)]
        expected = golden.of(length, "gradient.embedding")
        assert_close(model.gradient(tokens, target=target), expected, 1e-3)
        sites = [f"blocks.{layer}.attention.pattern" for layer in range(model.layers)]
        together = model.gradient(tokens, target=target, at=sites)
        for site, found, expected in zip(
            sites, together, golden.layers(length, "gradient.attention"), strict=True
        ):
            alone = model.gradient(tokens, target=target, at=site)
            assert_close(alone, expected, 1e-3)
            assert_close(found, alone, 1e-6)
        assert model.gradient(tokens, at=[]) == []


def test_a_batch_is_its_items_bit_for_bit(golden, model):
    items = [golden.tokens(length) for length in golden.lengths]
    run = (lambda texts: model.predict(texts).logits) if golden.has_head else model.embed
    assert run(items).tobytes() == np.concatenate([run(item) for item in items]).tobytes()


def test_threads_do_not_change_a_bit(demo):
    before = assay.get_num_threads()
    try:
        answers = []
        for count in (1, 2, 3):
            assay.set_num_threads(count)
            answers.append(demo.gradient(SENTENCE, target=0).tobytes())
    finally:
        assay.set_num_threads(before)
    assert len(set(answers)) == 1


def test_facts_of_the_demo_model(demo):
    assert demo.family == "bert"
    assert {label.lower() for label in demo.labels} == {"negative", "positive"}
    assert demo.parameter_count == sum(array.size for array in demo.parameters().values())
    assert demo.width % demo.heads == 0
    assert "blocks.0.attention.pattern" in demo.sites()
    assert str(demo.layers) in repr(demo)


def test_views_are_read_only_and_outlive_their_model():
    model = assay.load("demo")
    patterns = model.attention(SENTENCE)
    weights = model.parameters()
    before = [pattern.copy() for pattern in patterns]
    name = next(iter(weights))
    weight, copy = weights[name], weights[name].copy()
    del model, weights
    gc.collect()
    for pattern, expected in zip(patterns, before, strict=True):
        assert not pattern.flags.writeable
        assert pattern.tobytes() == expected.tobytes()
    assert not weight.flags.writeable
    assert weight.tobytes() == copy.tobytes()
    with pytest.raises(ValueError, match=r"read-only|WRITEABLE"):
        weight.flags.writeable = True


def test_the_same_weights_are_the_same_memory(demo):
    name = next(iter(demo.parameters()))
    first, second = demo.parameters()[name], demo.parameters()[name]
    assert first.__array_interface__["data"][0] == second.__array_interface__["data"][0]


def test_a_mapped_model_and_one_that_was_read_agree(demo):
    read = assay.load("demo", mapped=False)
    assert read.predict(SENTENCE).logits.tobytes() == demo.predict(SENTENCE).logits.tobytes()


def test_an_intervention_that_changes_nothing_changes_no_bit(demo):
    plain = demo.predict(SENTENCE).logits.tobytes()
    same = Intervention.scale(factor=1.0)
    assert demo.predict(SENTENCE, interventions=[same]).logits.tobytes() == plain
    pattern = demo.attention(SENTENCE)[0]
    replaced = Intervention.replace(0, pattern)
    assert demo.predict(SENTENCE, interventions=[replaced]).logits.tobytes() == plain


def test_knocked_out_keys_get_no_attention_and_rows_still_sum_to_one(demo):
    site = "blocks.0.attention.pattern"
    cut = Intervention.knock_out(keys=[2], renormalise=True)
    kept = demo.predict(SENTENCE, interventions=[cut], keep=[site]).kept[site][0]
    assert (kept[:, :, 2] == 0).all()
    assert_close(kept.sum(axis=-1), np.ones(kept.shape[:2]), 1e-5)


def test_interventions_apply_to_all_inputs_or_to_one_each(demo):
    cut = Intervention.uniform()
    texts = [SENTENCE, "a dull film"]
    both = demo.predict(texts, interventions=[cut]).logits
    first = demo.predict(texts, interventions=[[cut], []]).logits
    assert first[0].tobytes() == both[0].tobytes()
    assert first[1].tobytes() == demo.predict(texts[1]).logits[0].tobytes()


@pytest.mark.parametrize(
    "cut",
    [
        Intervention.knock_out(keys=[99]),
        Intervention.knock_out(keys=[-99]),
        Intervention.uniform(layers=[2**40]),
        Intervention.uniform(heads=[77]),
        Intervention.scale(factor=float("1e40")),
        Intervention.replace(0, np.zeros((2, 2))),
        Intervention.patch("no.such.site", np.zeros(3)),
    ],
    ids=repr,
)
def test_an_intervention_that_does_not_fit_is_an_error_and_not_a_crash(demo, cut):
    with pytest.raises(assay.AssayError):
        demo.predict(SENTENCE, interventions=[cut])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"target": 99}, ValueError),
        ({"target": -99}, ValueError),
        ({"target": 2**70}, ValueError),
        ({"target": "purple"}, ValueError),
        ({"target": 1.5}, ValueError),
        ({"at": "nowhere"}, ValueError),
        ({"output": "magic"}, ValueError),
    ],
    ids=str,
)
def test_bad_options_are_the_value_error_one_would_catch(demo, arguments, error):
    with pytest.raises(error) as found:
        demo.gradient(SENTENCE, **arguments)
    assert isinstance(found.value, assay.AssayError)


@pytest.mark.parametrize(
    "ids", [[], [10**6], [2**31 - 1], np.zeros(0, np.int64), np.zeros(100_000, int)], ids=str
)
def test_ids_that_the_model_does_not_have_are_an_error_and_not_a_crash(demo, ids):
    with pytest.raises(assay.AssayError):
        demo.predict(np.asarray(ids, int))


@pytest.mark.parametrize(
    "text", ["", "x", "🎬", "فيلم رائع", "<b>&</b>", "\0", ("a film", "a play")]
)
def test_any_text_is_predicted(demo, text):
    prediction = demo.predict(text)
    assert prediction.probabilities.shape == (1, len(demo.labels))
    assert_close(prediction.probabilities.sum(), 1.0, 1e-5)


def test_a_label_names_a_target_whatever_its_case(demo):
    label = demo.labels[1]
    for target in (label, label.upper(), 1, np.int64(1)):
        assert demo.target_index(target) == 1
    assert demo.target_index((0, label)) == [0, 1]


def test_a_model_is_used_from_several_threads_at_once(demo):
    expected = demo.predict(SENTENCE).logits.tobytes()
    answers = []

    def work():
        answers.extend(demo.predict(SENTENCE).logits.tobytes() for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 40


def test_work_goes_on_after_a_fork(demo):
    expected = demo.predict(SENTENCE).logits.tobytes()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        same = demo.predict(SENTENCE).logits.tobytes() == expected
        os.write(write, b"1" if same else b"0")
        os._exit(0)
    assert os.read(read, 1) == b"1"
    assert os.waitpid(child, 0)[1] == 0
    os.close(read)
    os.close(write)


LONG = """
import assay, numpy as np
model = assay.load("demo")
texts = [np.full(model.max_positions, 7)] * 400
told = lambda *_: print("working", flush=True)
assay.explain_batch(model, texts, method="integrated_gradients", n_steps=300, progress=told)
print("finished", flush=True)
"""


def test_control_c_stops_long_work():
    work = subprocess.Popen([sys.executable, "-c", LONG], stdout=-1, stderr=-1, text=True)
    assert work.stdout.readline() == "working\n"
    work.send_signal(signal.SIGINT)
    out, error = work.communicate(timeout=60)
    assert "KeyboardInterrupt" in error
    assert "finished" not in out


def test_progress_is_told_and_its_exception_stops_the_work(demo):
    told = []

    class EnoughError(Exception):
        pass

    def progress(fraction, stage):
        told.append((fraction, stage))
        raise EnoughError

    texts = [np.full(demo.max_positions, 7)] * 64
    with pytest.raises(EnoughError):
        assay.explain_batch(
            demo, texts, method="integrated_gradients", n_steps=300, progress=progress
        )
    assert len(told) == 1
    assert -1 <= told[0][0] <= 1
    assert told[0][1]
