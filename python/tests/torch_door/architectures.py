"""Random tiny models of many `transformers` architectures: what the door must open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: The sizes of every tiny model, under all the names that configurations have for them.
SIZES: dict[str, Any] = {
    "vocab_size": 99,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
GROUPED = {"num_key_value_heads": 2, "head_dim": 8}
MOE = {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16}


@dataclass(frozen=True)
class Architecture:
    """One architecture: its model type, the task of its head, and what its configuration needs."""

    name: str
    head: str = "SequenceClassification"
    more: dict[str, Any] = field(default_factory=dict)
    #: What cannot be compared with torch's own, and why.
    without: dict[str, str] = field(default_factory=dict)

    def module(self) -> Any:
        """Return a random module in evaluation mode, the same every time."""
        import torch
        import transformers

        options = {name: value for name, value in (SIZES | self.more).items() if value is not None}
        config = transformers.AutoConfig.for_model(self.name, **options)
        torch.manual_seed(7)
        make: Callable[[Any], Any] = getattr(
            transformers, f"AutoModelFor{self.head}" if self.head else "AutoModel"
        ).from_config
        module = make(config).eval()
        # Freshly initialised weights are so small that all attention is even.
        with torch.no_grad():
            for name, parameter in module.named_parameters():
                if parameter.dim() > 1 and "embed" not in name:
                    parameter.mul_(3.0)
        return module


def _all(names: str, head: str = "SequenceClassification", **more: Any) -> list[Architecture]:
    return [Architecture(name, head, more, WITHOUT.get(name, {})) for name in names.split()]


WITHOUT: dict[str, dict[str, str]] = {
    "squeezebert": {"attentions": "it returns scores from before the softmax"},
    "xlnet": {"attention gradients": "it returns a copy of its attention"},
    "esm": {"inputs_embeds": "it scales embeddings only where it looks them up"},
    "bloom": {"attention_mask": "its positions are counted over the mask"},
    "gpt_oss": {"knock-out": "a learned sink keeps its share of a row that torch masks"},
}


ARCHITECTURES = [
    *_all("bert roberta electra camembert xlm-roberta ernie data2vec-text esm mpnet"),
    *_all("rembert layoutlm megatron-bert  roc_bert xlm-roberta-xl roberta-prelayernorm"),
    *_all("convbert nystromformer"),
    *_all("albert", embedding_size=16),
    *_all("distilbert", dim=32, n_layers=2, n_heads=4, hidden_dim=48),
    *_all(
        "modernbert",
        local_attention=8,
        global_attn_every_n_layers=2,
        **{"cls_token_id": 1, "sep_token_id": 2},
    ),
    *_all("deberta", relative_attention=True, pos_att_type="c2p|p2c"),
    *_all("deberta-v2", relative_attention=True, pos_att_type="c2p|p2c", position_buckets=8),
    *_all("mobilebert", intra_bottleneck_size=32, embedding_size=32),
    *_all("squeezebert", embedding_size=32),
    *_all("roformer", embedding_size=32),
    *_all("big_bird", attention_type="original_full"),
    *_all("xlnet", d_model=32, n_layer=2, n_head=4, d_inner=48, max_position_embeddings=None),
    *_all("flaubert xlm", emb_dim=32, n_layers=2, n_heads=4),
    *_all("nomic_bert"),
    *_all("gpt2", n_embd=32, n_layer=2, n_head=4),
    *_all("openai-gpt", n_embd=32, n_layer=2, n_head=4),
    *_all(
        "gpt_neo",
        attention_types=[[["global", "local"], 1]],
        num_layers=2,
        num_heads=4,
        window_size=4,
    ),
    *_all("gptj", n_embd=32, n_layer=2, n_head=4, rotary_dim=4),
    *_all("codegen", "CausalLM", n_embd=32, n_layer=2, n_head=4, rotary_dim=4),
    *_all("gpt_neox gpt_neox_japanese", "CausalLM"),
    *_all("gpt_bigcode", n_embd=32, n_layer=2, n_head=4, multi_query=False),
    *_all("ctrl", n_embd=32, n_layer=2, n_head=4, dff=48),
    *_all("bloom", n_layer=2, n_head=4),
    *_all("falcon", num_kv_heads=2, new_decoder_architecture=True),
    *_all("mpt", d_model=32, n_layers=2, n_heads=4, expansion_ratio=2),
    *_all("opt", ffn_dim=48, word_embed_proj_dim=32),
    *_all("biogpt"),
    *_all("xglm", "CausalLM", d_model=32, num_layers=2, attention_heads=4, ffn_dim=48),
    *_all("llama mistral qwen2 qwen3 gemma phi3 stablelm starcoder2 nemotron persimmon", **GROUPED),
    *_all("gemma2 gemma3_text", **GROUPED, query_pre_attn_scalar=8, sliding_window=4),
    *_all("phi", **GROUPED, partial_rotary_factor=0.5),
    *_all(
        "olmo olmo2 granite smollm3 glm glm4 cohere helium arcee exaone4 ernie4_5",
        "CausalLM",
        **GROUPED,
    ),
    *_all("cohere2 olmo3", "CausalLM", **GROUPED, sliding_window=4),
    *_all("mixtral", **GROUPED, num_local_experts=4),
    *_all("qwen2_moe qwen3_moe", **GROUPED, **MOE, shared_expert_intermediate_size=16),
    *_all("olmoe granitemoe", "CausalLM", **GROUPED, **MOE, num_local_experts=4),
    *_all("gpt_oss", **GROUPED, num_local_experts=4, num_experts_per_tok=2, sliding_window=4),
]


def numbers(first: Any, second: Any) -> list[tuple[float, float]]:
    """Return the numbers that stand at the same places of two records.

    A reference that is shown and not counted may be the difference of large numbers: input times
    gradient, where a norm behind the embeddings makes the score indifferent to their size.
    """
    if isinstance(first, Mapping) and first.get("counted") is False:
        return []
    if isinstance(first, Mapping):
        pairs = [numbers(value, second[name]) for name, value in first.items() if name in second]
    elif isinstance(first, list | tuple) and len(first) == len(second):
        pairs = [numbers(one, other) for one, other in zip(first, second, strict=True)]
    elif isinstance(first, float) and isinstance(second, float):
        return [(first, second)]
    else:
        return []
    return [pair for found in pairs for pair in found]


_WIDTHS: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "decoder_start_token_id": 2,
    "num_layers": 2,
    "num_decoder_layers": 2,
    "num_heads": 4,
    "d_kv": 8,
    "d_ff": 48,
    "hidden_size": None,
    "num_hidden_layers": None,
    "num_attention_heads": None,
    "forced_bos_token_id": None,
    "forced_eos_token_id": None,
}
#: What reads a source and writes a target.
WRITERS = _all(
    "t5 mt5 umt5 bart mbart marian m2m_100 pegasus blenderbot plbart", "Seq2SeqLM", **_WIDTHS
)
