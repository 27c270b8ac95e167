"""The registered studies: one entry each; a study's own file is imported when it is run."""

from __future__ import annotations

from assay.engine.errors import OptionError
from assay.reproduce.study import Option, Study

STUDIES: tuple[Study, ...] = (
    Study(
        name="abnar-zuidema",
        module="abnar_zuidema",
        summary="raw attention, rollout and flow against blank-out and gradients, by layer",
        source="Abnar & Zuidema 2020",
        data="the folder of linzen_agreement, lm_syneval_agreement and, if wanted, sst",
        options=(
            Option("passes", 8, "passes over the training sentences"),
            Option("sentences", 2000, "test sentences to correlate"),
            Option("sentiment_sentences", 500, "sentences for the demo model of sentiment"),
        ),
    ),
    Study(
        name="deception",
        module="deception",
        summary="an honest and a deceptive model, and whether the evidence tells them apart",
        source="Pruthi et al. 2020",
        data="the folder of sst-wiki: train.txt, dev.txt and test.txt, each with its .block",
        options=(
            Option("family", "bert", "what is trained", ("bert", "pre_norm_encoder")),
            Option("passes", 8, "passes over the training sentences"),
            Option("strength", 1.0, "the weight of the penalty"),
            Option("sentences", 300, "test sentences to verify"),
            Option("explanation", "attention", "the method that is verified"),
        ),
    ),
    Study(
        name="jain-wallace",
        module="jain_wallace",
        summary="attention against gradients, leave-one-out, shuffling and adversaries",
        source="Jain & Wallace 2019",
        data="a csv with text, label and exp_split (train, dev, test), or the folder of sst",
        options=(
            Option(
                "encoder", "bilstm", "what reads the words", ("bilstm", "cnn", "average", "all")
            ),
            Option("attention", "additive", "how states are scored", ("additive", "dot")),
            Option("epochs", 8, "passes over the training texts"),
            Option("vectors", 0.3, "the standard deviation of random word vectors"),
            Option("word_vectors", "", "a text file of word vectors to start from"),
            Option("dataset", "sst", "the published data set to compare with"),
        ),
    ),
    Study(
        name="serrano-smith",
        module="serrano_smith",
        summary="how much attention must be erased before the decision flips",
        source="Serrano & Smith 2019",
        data="a file of sentences: lines (up to a tab), or a csv with a column text",
        options=(
            Option("model", "demo", "a folder, demo, or a cached org/name"),
            Option("layer", -1, "the layer whose attention is erased"),
            Option("sentences", 500, "how many sentences"),
        ),
    ),
    Study(
        name="shortcuts",
        module="shortcuts",
        summary="planted words decide: is the map trusted that names them, and no other?",
        source="after Bastings et al. 2022",
        data="a csv with text, label and exp_split (train, dev, test), or the folder of sst",
        options=(
            Option("model", "", "a folder of a classifier with two labels that learns on"),
            Option("architectures", "encoder decoder", "what is trained from scratch"),
            Option(
                "kinds",
                "single_token token_in_context ordered_pair phrase",
                "which shortcuts, a model each",
            ),
            Option("passes", 8, "passes over the training texts, planted anew in each"),
            Option("texts", 30, "texts judged, a shortcut and model"),
        ),
    ),
    Study(
        name="wiegreffe-pinter",
        module="wiegreffe_pinter",
        summary="uniform weights, other seeds, frozen guides, models trained to attend elsewhere",
        source="Wiegreffe & Pinter 2019",
        data="a csv with text, label and exp_split (train, dev, test), or the folder of sst",
        options=(
            Option("epochs", 8, "passes over the training texts"),
            Option("adversary_epochs", 20, "the most passes of an adversary"),
            Option(
                "strengths", "0 0.001 0.003 0.01", "how much other attention counts, a model each"
            ),
            Option("retrainings", 8, "other seeds to train again with"),
            Option("vectors", 0.3, "the standard deviation of random word vectors"),
            Option("word_vectors", "", "a text file of word vectors to start from"),
        ),
    ),
)


def named(name: str) -> Study:
    """Return the study of that name.

    Raises:
        OptionError: there is none; the message lists those there are.
    """
    for study in STUDIES:
        if study.name == name:
            return study
    known = ", ".join(study.name for study in STUDIES)
    raise OptionError(
        f"study: expected one of {known}, found {name!r}",
        subject="study",
        expected=known,
        found=name,
    )
