"""The table of next steps. Oracle: the step that belongs to each case that is made on disk."""

import ast
import inspect
import json
import re
import shutil

import pytest
from golden import FIXTURES

import assay
from assay.models.remedies import REMEDIES

STEPS = {remedy.name: remedy.step for remedy in REMEDIES}
CASES = []


def case(name):
    """List a way of making what a remedy is for; it returns the path that is opened."""

    def listed(make):
        CASES.append(pytest.param(name, make, id=make.__name__))
        return make

    return listed


def files(folder, *names, **config):
    for name in names:
        (folder / name).write_bytes(b"GGUF or anything else")
    if config:
        (folder / "config.json").write_text(json.dumps(config))
    return folder


def changed(folder, **config):
    """Write a model of the golden fixtures under another configuration."""
    shutil.copytree(FIXTURES / "bert-gelu-20x5", folder, dirs_exist_ok=True)
    record = json.loads((folder / "config.json").read_text()) | config
    (folder / "config.json").write_text(json.dumps(record))
    return folder


@case("an adapter without its base")
def a_peft_folder(folder):
    return files(folder, "adapter_config.json", "adapter_model.safetensors")


@case("an adapter without its base")
def a_peft_folder_with_a_pickle(folder):
    return files(folder, "adapter_config.json", "adapter_model.bin", "README.md")


@case("an adapter without its base")
def an_adapter_beside_a_configuration(folder):
    return files(folder, "adapter_config.json", "adapter_model.safetensors", model_type="bert")


@case("ONNX")
def an_onnx_file(folder):
    return files(folder, "model.onnx") / "model.onnx"


@case("ONNX")
def an_onnx_folder_of_optimum(folder):
    return files(folder, "model_quantized.onnx", model_type="bert")


@case("ONNX")
def an_ort_file(folder):
    return files(folder, "model.ort") / "model.ort"


@case("GGUF")
def a_gguf_file(folder):
    return files(folder, "tiny.Q4_K_M.gguf") / "tiny.Q4_K_M.gguf"


@case("GGUF")
def a_gguf_folder(folder):
    return files(folder, "tiny.gguf", "README.md")


@case("Keras, TensorFlow or LiteRT")
def a_keras_file(folder):
    return files(folder, "model.keras") / "model.keras"


@case("Keras, TensorFlow or LiteRT")
def a_saved_model(folder):
    return files(folder, "saved_model.pb", "keras_metadata.pb")


@case("Keras, TensorFlow or LiteRT")
def a_lite_model(folder):
    return files(folder, "model.tflite") / "model.tflite"


@case("weights of transformers for TensorFlow or Flax")
def a_tensorflow_folder(folder):
    return files(folder, "tf_model.h5", model_type="bert")


@case("weights of transformers for TensorFlow or Flax")
def a_flax_folder(folder):
    return files(folder, "flax_model.msgpack", model_type="bert")


@case("a file in the place of its folder")
def the_weights_themselves(folder):
    return changed(folder) / "model.safetensors"


@case("a file in the place of its folder")
def the_configuration_itself(folder):
    return changed(folder) / "config.json"


@case("pickled weights")
def a_bin_file(folder):
    return files(folder, "pytorch_model.bin", model_type="bert")


@case("pickled weights")
def a_file_of_torch(folder):
    return files(folder, "model.pt") / "model.pt"


@case("pickled weights")
def a_checkpoint_of_lightning(folder):
    return files(folder, "last.ckpt")


@case("quantised weights")
def a_quantised_folder(folder):
    return changed(folder, quantization_config={"quant_method": "gptq", "bits": 4}, hidden_size=24)


@case("a sentence transformer")
def a_sentence_transformer(folder):
    (folder / "0_Transformer").mkdir()
    return files(folder, "modules.json")


@case("multiple choice")
def a_multiple_choice_head(folder):
    return changed(folder, architectures=["BertForMultipleChoice"], num_labels=3, id2label=None)


@case("multiple choice")
def a_multiple_choice_head_of_roberta(folder):
    return files(folder, "x.safetensors", architectures=["RobertaForMultipleChoice"],
                 model_type="roberta")  # fmt: skip


@case("extractive question answering")
def a_question_answering_head(folder):
    return files(folder, "x.safetensors", architectures=["BertForQuestionAnswering"],
                 model_type="bert")  # fmt: skip


@case("a family that is not known")
def a_state_space_model(folder):
    return changed(folder, model_type="mamba", architectures=["MambaForCausalLM"])


@case("a family that is not known")
def a_model_of_a_persons_own(folder):
    return changed(folder, model_type="my-model")


@case("a family that is not known")
def an_encoder_and_decoder(folder):
    return changed(folder, model_type="t5", architectures=["T5ForConditionalGeneration"])


@case("a configuration without weights")
def a_folder_without_weights(folder):
    return files(folder, "tokenizer_config.json.part", model_type="bert")


@pytest.mark.parametrize(("name", "make"), CASES)
def test_a_refusal_says_what_was_expected_what_was_found_and_what_to_do(name, make, tmp_path):
    with pytest.raises((assay.CheckpointError, assay.UnsupportedModelError)) as refusal:
        assay.load(make(tmp_path))
    error = refusal.value
    assert str(error).endswith(f"; {STEPS[name]}")
    assert error.expected
    assert error.found
    assert error.subject


def test_every_remedy_has_a_case():
    assert {one.values[0] for one in CASES} == set(STEPS)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_code_of_a_step_can_be_typed_as_it_stands(step):
    """Oracle: Python's parser, and the signatures of what it calls of ours."""
    for code in re.findall(r"`([^`]+)`", step):
        tree = ast.parse(code if "(" in code else f"f({code})")
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = ast.unparse(call.func)
            if name.startswith("assay."):
                function = getattr(assay, name.removeprefix("assay."))
                named = {word.arg: None for word in call.keywords}
                inspect.signature(function).bind(*call.args, **named)


def test_a_model_that_opens_is_not_touched(tmp_path):
    assert assay.load(changed(tmp_path)).family == "bert"


def test_what_is_merely_broken_gets_no_step(tmp_path):
    folder = changed(tmp_path)
    (folder / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(assay.CheckpointError) as refusal:
        assay.load(folder)
    assert not any(step in str(refusal.value) for step in STEPS.values())


def test_a_text_without_a_tokenizer_is_told_how_to_get_one(tmp_path):
    with pytest.raises(assay.InputError, match=r"writes tokenizer\.json"):
        assay.load(changed(tmp_path)).predict("a good film")
