"""Every field of every family's config.json with values that do not belong there."""

import json
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

import assay

from . import VALUES, FindingError, cases, line, mutated

FIXTURES = Path(__file__).parents[3] / "Tests" / "Fixtures"
#: Fields that a family may read although its fixture does not have them.
FIELDS = [
    "num_labels", "id2label", "problem_type", "rope_parameters", "rope_scaling", "rope_theta",
    "partial_rotary_factor", "rotary_pct", "layer_types", "sliding_window", "head_dim",
    "num_key_value_heads", "tie_word_embeddings", "position_buckets", "max_relative_positions",
    "pos_att_type", "conv_kernel_size", "embedding_size", "num_hidden_groups", "image_size",
    "patch_size", "num_channels", "n_positions", "n_inner", "local_attention",
    "global_attn_every_n_layers", "classifier_pooling", "kernel_sizes", "pad_token_id",
    "type_vocab_size", "layer_norm_eps", "attention_bias", "mlp_bias", "is_decoder",
    "position_embedding_type", "architectures", "qkv_bias", "summary_type", "eos_token_id",
]  # fmt: skip
NUMBERS = [2, 3, 5, 23, 24, 64, 1023, 1024, 65536, 2**24 + 1, 10**30, 1e-300, "gelu", "relu"]
SHAPES = [
    {"0": "a"}, {"0": "a", "1": "b", "2": "c"}, {"-1": "a"}, {"00": "a"},
    {"rope_theta": 1, "rope_type": "linear", "factor": 1e-6},
    {"rope_theta": 1e15, "partial_rotary_factor": 1e-9},
    {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 1,
     "original_max_position_embeddings": 1},
]  # fmt: skip
METHODS = ("saliency", "attention", "attention_rollout", "integrated_gradients", "leave_one_out")
#: A picture may be declared so large that only looking at it takes seconds.
PIXELS = 1 << 22


def run(seconds, seed):
    """Change configurations, and ask whatever still opens."""
    counts, started = Counter(), time.monotonic()
    sources = [path.parent for path in sorted(FIXTURES.glob("*/config.json"))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, draw in cases(seconds, seed):
            source = draw.choice(sources)
            for old in folder.iterdir():
                old.unlink()
            for path in source.iterdir():
                if path.name != "config.json":
                    (folder / path.name).symlink_to(path)
            record = json.loads((source / "config.json").read_bytes())
            if draw.random() < 0.4:
                record[draw.choice(FIELDS)] = 0
            changed = mutated(record, draw, values=VALUES + NUMBERS + SHAPES)
            (folder / "config.json").write_text(json.dumps(changed), "utf-8")
            try:
                counts[_ask(folder, draw)] += 1
            except BaseException as error:
                where = f"configuration, seed {seed}, case {number}, {source.name}"
                raise FindingError(f"{where}: {error!r}") from error
    return line("configurations", counts, time.monotonic() - started)


def _ask(folder, draw):
    try:
        model = assay.load(folder)
    except assay.InternalError:
        raise
    except assay.AssayError as error:
        return type(error).__name__
    model.sites(), repr(model), model.fingerprint
    given = _input(model)
    if given is None:
        return "too large"
    result = "asked"
    for ask in (model.predict, lambda one: assay.explain(model, one, method=draw.choice(METHODS))):
        try:
            ask(given)
        except assay.InternalError:
            raise
        except assay.AssayError:
            result = "refused an input"
    return result


def _input(model):
    if model.grid is None:
        return np.arange(1, 8) % max(model.vocabulary_size or 8, 1)
    if np.prod([float(side) for side in model.picture_shape]) > PIXELS:
        return None
    return np.zeros(model.picture_shape, np.float32)
