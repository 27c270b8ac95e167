"""JSON Schemas. Oracle: the jsonschema library, on files that were written and on spoilt ones."""

import json

import jsonschema
import pytest
from golden import FIXTURES
from small import FAST

import assay
from assay.ask.schema import _KINDS
from assay.audit import columns
from assay.audit import schemas as run_schemas

TEXT = "a gripping, beautifully acted film"


def validator(schema):
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    return kind(schema)


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


@pytest.fixture(scope="module")
def run(demo, tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "x"
    return assay.audit(
        demo, [TEXT, "", "a dull film"], labels=[1, 1, 0], out=out, versus=["attention"],
        progress=False, **FAST,
    )  # fmt: skip


def saved(result, folder):
    result.save(folder / "result.json")
    return json.loads((folder / "result.json").read_text())


def reports(demo):
    yield assay.verify(demo, TEXT, **FAST)
    yield assay.verify(demo, TEXT, checks="all", granularity="word", with_special=True, **FAST)
    yield assay.verify(demo, TEXT, explanation={"gripping": 1.0}, target=("NEGATIVE", "POSITIVE"))
    vision = assay.load(FIXTURES / "vit-20x5")
    yield assay.verify(vision, [[[0.5] * vision.picture_shape[2]] * vision.picture_shape[1]]
                       * vision.picture_shape[0], **FAST)  # fmt: skip
    box = assay.black_box(predict=lambda texts: [[0.3, 0.7]] * len(texts))
    yield assay.verify(box, TEXT, explanation="leave_one_out", **FAST)


def test_saved_reports_are_what_their_schema_says(demo, tmp_path):
    judge = validator(assay.schema("report"))
    for report in reports(demo):
        judge.validate(saved(report, tmp_path))


@pytest.mark.parametrize("method", ["attention", "integrated_gradients", "shapley_sampling"])
def test_saved_explanations_are_what_their_schema_says(demo, method, tmp_path):
    explanation = assay.explain(demo, TEXT, method=method)
    validator(assay.schema("explanation")).validate(saved(explanation, tmp_path))


def test_a_calibration_is_what_its_schema_says_and_reads_back(tmp_path):
    found = assay.calibrate(draws=1, families=["flat"], nulls=1, wrong_maps=False)
    validator(assay.schema("calibration")).validate(saved(found, tmp_path))
    assert assay.Calibration.load(tmp_path / "result.json") == found


@pytest.mark.parametrize(("kind", "name"), [("run", "manifest.json"), ("answer", "answer.json")])
def test_the_files_of_a_run_are_what_their_schemas_say(run, kind, name):
    record = json.loads((run.folder / name).read_text())
    validator(assay.schema(kind)).validate(record)


def test_the_rows_of_a_run_are_what_their_schema_says(run):
    judge = validator(run_schemas.row(run.configuration))
    for record in run.records():
        judge.validate(json.loads(json.dumps(record)))
    assert list(judge.schema["properties"]) == list(columns.names(run.configuration))


SPOILT = {
    "report": [("verdict", None), ("ladder", "3"), ("checks", []), ("format", "assay.report/2"),
               ("sentences", "one"), ("explanation", {})],
    "explanation": [("scores", "high"), ("method", 3), ("positions", None), ("tokens", {})],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "value"), [(kind, *pair) for kind, pairs in SPOILT.items() for pair in pairs]
)
def test_spoilt_files_are_refused(demo, kind, name, value, tmp_path):
    make = assay.verify if kind == "report" else assay.explain
    options = FAST if kind == "report" else {}
    record = saved(make(demo, TEXT, **options), tmp_path) | {name: value}
    assert not validator(assay.schema(kind)).is_valid(record)


def test_what_every_field_means_stands_in_the_schema():
    fields = assay.schema("report")["properties"]
    assert fields["ladder"]["description"].startswith("0 to 4")
    assert fields["verdict"]["description"].startswith("`trustworthy`")


@pytest.mark.parametrize("kind", _KINDS)
def test_every_schema_is_one_and_names_its_version(kind):
    schema = assay.schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"].startswith("urn:assay.")
    assert schema["$id"].rpartition("/")[2].isdigit()
    json.dumps(schema)


def test_another_kind_is_refused_with_the_known_ones():
    with pytest.raises(assay.OptionError, match="report, explanation"):
        assay.schema("verdict")
