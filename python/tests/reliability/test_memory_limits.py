"""Where memory is short the answer is a MemoryError, before work begins, and never an abort.

Oracle: child processes under RLIMIT_AS, from too little for anything to enough for everything.
"""

from child import FIXTURES, run

LIMITED = """
import resource, sys, threading
import numpy as np, tokenizers, assay
from assay import _native
from assay.engine import door
held = int(open("/proc/self/statm").read().split()[0]) * 4096
ids = np.arange(64 * {length}, dtype=np.int32) % 1000 + 5
texts = {{"ids": ids, "offsets": np.arange(65, dtype=np.int32) * {length}}}
one = {{"ids": ids[:{length}]}}
maps = np.full((4, 1, 1500, 1500), 1 / 1500, "f4")
limit = held + int({room} * 1e6)
resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
said = []
try:
    model = assay.load("demo")._handle
    for operation, record in (
        ("predict", {{"input": texts}}), ("attention", {{"input": one}}),
        ("explain", {{"input": one, "method": "integrated_gradients"}}),
        ("explain", {{"input": one, "method": "kernel_shap"}}),
        ("gradient", {{"input": one}}),
        ("rollout", {{"attentions": maps}}), ("flow", {{"attentions": maps, "sources": [0]}}),
        ("verify", {{"input": one, "explanation": {{"method": "attention_rollout"}}}}),
        ("fit", {{"train": {{"input": one, "targets": np.array([[1, 0]], "f4")}},
                 "validation": {{"input": one, "targets": np.array([[1, 0]], "f4")}},
                 "options": {{"passes": 1}}}}),
    ):
        try:
            door.call(operation, record | {{"threads": 2}}, model=model)
            said.append("answered")
        except MemoryError: said.append("refused")
except MemoryError: said.append("not loaded")
print(*said)
"""


#: Megabytes beside what a process begins with; where the answers change, by --whole everywhere.
ROOMS, SOME = (1, 8, 20, 30, 45, 60, 90, 130, 200, 400, 800), (1, 45, 90, 130, 400)


def pytest_generate_tests(metafunc):
    if "room" in metafunc.fixturenames:
        metafunc.parametrize("room", ROOMS if metafunc.config.getoption("--whole") else SOME)


def test_under_a_limit_there_are_memory_errors_only(room):
    status, said = run(LIMITED.format(room=room, length=100), timeout=120)
    print(f"{room} MB: {said.strip()}")
    assert status == 0, said


def test_an_input_larger_than_memory_is_refused_with_its_size():
    code = f"""
import json, pathlib, shutil, tempfile, numpy as np, assay
folder = pathlib.Path(tempfile.mkdtemp()) / "model"
shutil.copytree({str(FIXTURES / "llama-24x4")!r}, folder)
config = json.loads((folder / "config.json").read_text()) | {{"max_position_embeddings": 131072}}
(folder / "config.json").write_text(json.dumps(config))
model = assay.load(folder)
for call in (lambda ids: model.attention(ids),
             lambda ids: assay.explain(model, ids, method="attention_rollout")):
    try: call(np.zeros(131_000, np.int32))
    except assay.MemoryBudgetError as error: print(error.subject, "|", error.found)
shutil.rmtree(folder.parent)
"""
    status, said = run(code, timeout=120)
    assert status == 0, said
    assert said.count("an input of 131000 tokens | a need of") == 2
