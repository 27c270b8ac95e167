"""Verify the attention of the embedded model on a few sentences and write one report each."""

import sys
from pathlib import Path

import assay

SENTENCES = (
    "a gripping, beautifully acted film",
    "not even the cast can save this dull, endless mess",
    "it is neither good nor bad, only long",
)


def main(folder: str = "reports") -> None:
    """Write `folder`/1.html and so on; print one line a sentence."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    model = assay.load("demo")
    for number, sentence in enumerate(SENTENCES, start=1):
        report = assay.verify(model, sentence)
        report.to_html(target / f"{number}.html")
        print(f"{report.verdict:<16} {report.reason:<12} {sentence}")


if __name__ == "__main__":
    main(*sys.argv[1:])
