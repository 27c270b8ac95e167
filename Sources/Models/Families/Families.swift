import Tensors

/// A model family: the `model_type` it answers to and how it is built.
package struct Family: Sendable {
  /// The `model_type` of config.json.
  package let name: String
  /// What sets the family apart, in one sentence.
  package let summary: String
  /// The paper or report that introduced it.
  package let source: String
  /// Tensors that no score depends on: heads of other tasks, buffers of older versions.
  package var ignoring: [String] = []
  /// Builds the network, reading every tensor it uses from the cursor.
  package let make: @Sendable (Configuration, WeightsCursor) throws(AssayError) -> any Network
}

/// The registry: one line a family.
package enum Families {
  package static let all: [Family] = [
    Family(
      name: "bert", summary: "post-norm encoder, learned positions, CLS read-out",
      source: "Devlin et al. 2019",
      ignoring: ["cls.seq_relationship.*", "pooler.*", "predictions.decoder.bias"],
      make: BERT.make("bert")),
    Family(
      name: "ernie", summary: "BERT that learned to fill in whole names, with embeddings of tasks",
      source: "Sun et al. 2019",
      ignoring: ["cls.seq_relationship.*", "pooler.*", "predictions.decoder.bias"],
      make: BERT.make("ernie")),
    Family(
      name: "mpnet", summary: "BERT's blocks, attention with a bias by relative position",
      source: "Song et al. 2020", ignoring: ["pooler.*", "lm_head.decoder.bias"],
      make: MPNet.init),
    Family(
      name: "distilbert", summary: "BERT's blocks without types and pooler",
      source: "Sanh et al. 2019", make: DistilBERT.init),
    Family(
      name: "roberta", summary: "BERT's blocks, positions counted from the padding id",
      source: "Liu et al. 2019", ignoring: ["pooler.*", "lm_head.decoder.bias"],
      make: RoBERTa.make("roberta")),
    Family(
      name: "xlm-roberta", summary: "RoBERTa with a vocabulary of many languages",
      source: "Conneau et al. 2020", ignoring: ["pooler.*", "lm_head.decoder.bias"],
      make: RoBERTa.make("xlm-roberta")),
    Family(
      name: "camembert", summary: "RoBERTa for French",
      source: "Martin et al. 2020", ignoring: ["pooler.*", "lm_head.decoder.bias"],
      make: RoBERTa.make("camembert")),
    Family(
      name: "data2vec-text", summary: "RoBERTa that learned from its own representations",
      source: "Baevski et al. 2022", ignoring: ["pooler.*", "lm_head.decoder.bias"],
      make: RoBERTa.make("data2vec-text", prefix: "data2vec_text")),
    Family(
      name: "electra", summary: "BERT's blocks behind narrow embeddings, a deeper classifier",
      source: "Clark et al. 2020", ignoring: ["discriminator_predictions.*"],
      make: ELECTRA.init),
    Family(
      name: "albert", summary: "blocks that layers share, behind narrow embeddings",
      source: "Lan et al. 2020",
      ignoring: ["sop_classifier.*", "pooler.*", "predictions.decoder.bias"],
      make: ALBERT.init),
    Family(
      name: "deberta-v2", summary: "BERT's blocks, attention by content and relative position",
      source: "He et al. 2021",
      ignoring: ["lm_predictions.*", "mask_predictions.*", "predictions.decoder.bias"],
      make: DeBERTaV2.init),
    Family(
      name: "modernbert", summary: "pre-norm encoder, rotary positions, windows, gating",
      source: "Warner et al. 2024", make: ModernBERT.init),
    Family(
      name: "gpt2", summary: "pre-norm causal blocks, learned positions, last-token read-out",
      source: "Radford et al. 2019", ignoring: ["attn.bias", "attn.masked_bias"],
      make: GPT2.init),
    Family(
      name: "pre_norm_encoder", summary: "GPT-2's blocks without a causal mask, CLS read-out",
      source: "Abnar & Zuidema 2020", make: PreNormEncoder.init),
    Family(
      name: "llama", summary: "causal, rotary positions, grouped queries, gated feed-forward",
      source: "Touvron et al. 2023", make: Llama.make),
    Family(
      name: "mistral", summary: "Llama's blocks over a window of keys",
      source: "Jiang et al. 2023", make: Mistral.make),
    Family(
      name: "qwen2", summary: "Llama's blocks with biased queries, keys and values",
      source: "Yang et al. 2024", make: Qwen2.make),
    Family(
      name: "qwen3", summary: "Llama's blocks with queries and keys normalized in every head",
      source: "Yang et al. 2025", make: Qwen3.make),
    Family(
      name: "gemma3_text", summary: "causal, windows, branches normalized on both sides",
      source: "Gemma Team 2025", make: Gemma3.init),
    Family(
      name: "gpt_neox", summary: "causal, rotary positions, branches side by side",
      source: "Black et al. 2022", ignoring: ["attention.bias", "attention.masked_bias"],
      make: GPTNeoX.init),
    Family(
      name: "vit", summary: "pre-norm encoder over the patches of a picture, class token read-out",
      source: "Dosovitskiy et al. 2021", ignoring: ["pooler.*", "embeddings.mask_token"],
      make: ViT.init),
    Family(
      name: "attention_classifier",
      summary: "embedded words, a BiLSTM, CNN or none, one learned query, a linear decision",
      source: "Jain & Wallace 2019", make: AttentionClassifier.init),
  ]

  /// - Throws: `unsupported` listing the families.
  package static func named(_ name: String) throws(AssayError) -> Family {
    if let family = all.first(where: { $0.name == name }) { return family }
    let known = all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")
    throw AssayError(
      .unsupported, "model_type", expected: "one of the families \(known)", found: "\"\(name)\"")
  }
}
