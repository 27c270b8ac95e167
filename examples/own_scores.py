"""Hand Assay scores from anywhere: here, a list of words that a person finds important."""

import numpy as np

import assay

SENTENCE = "a gripping, beautifully acted film"
IMPORTANT = {"gripping", "beautifully"}


def main() -> None:
    """Print the verdict on a person's choice, and on a random one of the same shape."""
    model = assay.load("demo")
    tokens = model.tokenize(SENTENCE)
    explained = np.flatnonzero(~tokens.special)
    words = [tokens.word_texts()[tokens.words[position]] for position in explained]
    chosen = np.array([word in IMPORTANT for word in words], float)
    shuffled = np.random.default_rng(0).permutation(chosen)
    for name, scores in (("a person's choice", chosen), ("a random choice", shuffled)):
        report = assay.verify(model, SENTENCE, explanation=scores)
        print(f"{name:<20} {report.verdict:<16} {report.reason}")


if __name__ == "__main__":
    main()
