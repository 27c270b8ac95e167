"""The process ends and forks cleanly whatever its threads do, and nothing of a call stays behind.

Oracle: statuses of child processes, and the memory that is held after many calls.
"""

import collections
import gc
import weakref

from child import run

import assay

EXIT = """
import assay, threading, time
assay.set_num_threads(2); model = assay.load("demo")
def work():
    while True: assay.verify(model, "a gripping, beautifully acted film"{progress})
for _ in range(3): threading.Thread(target=work, daemon=True).start()
time.sleep({seconds})
"""
FORK = """
import assay, os, signal, threading, time
assay.set_num_threads(2)
texts = ["a gripping film"] * 64
for trial in range({trials}):
    model = assay.load("demo")
    busy = threading.Thread(target=lambda: model.predict(texts)); busy.start()
    time.sleep(0.001 * (trial % 10))
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        for _ in range(3): model.predict("a film")
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status == 0, (trial, status)
    busy.join()
print("forked")
"""


def exits(count):
    """How so many processes ended that were left while their threads worked."""
    found = collections.Counter()
    for trial in range(count):
        progress = ", progress=lambda fraction, stage: None" if trial % 2 else ""
        status, said = run(EXIT.format(progress=progress, seconds=0.05 + 0.013 * (trial % 20)))
        found[status] += 1
        assert status == 0, said
    return dict(found)


def test_200_processes_end_while_their_threads_work(share):
    print("exits by status:", exits(200 // share(25)))


def test_a_process_forks_50_times_during_a_first_call(share):
    trials = 50 // share(5)
    print("forks:", trials)
    assert run(FORK.format(trials=trials), timeout=300) == (0, "forked\n")


def test_a_poll_function_may_fork():
    code = """
import assay, os
assay.set_num_threads(2); model = assay.load("demo"); children = []
def poll(fraction, stage):
    child = os.fork() if len(children) < 3 else None
    if child == 0: os._exit(0)
    if child: children.append(child)
model.predict(["a gripping film"] * 3000, progress=poll)
assert children and all(os.waitpid(one, 0)[1] == 0 for one in children); print("done")
"""
    assert run(code) == (0, "done\n")


def test_a_child_of_a_poll_function_may_come_back():
    code = """
import assay, os, signal
assay.set_num_threads(2); model = assay.load("demo"); children = []; parent = os.getpid()
expected = model.predict("a gripping film").logits.tobytes()
def poll(fraction, stage):
    if os.getpid() != parent or len(children) == 5: return
    child = os.fork()
    if child: children.append(child)
    else: signal.alarm(60)
try: model.predict(["a gripping film"] * 3000, progress=poll)
except assay.AssayError as error: assert os.getpid() != parent, error
assert model.predict("a gripping film").logits.tobytes() == expected
if os.getpid() != parent: os._exit(0)
assert children and all(os.waitpid(one, 0)[1] == 0 for one in children); print("done")
"""
    assert run(code, timeout=120) == (0, "done\n")


def test_a_black_box_may_use_itself():
    def predict(texts):
        if texts != ["x"]:
            box.predict("x")
        return [[0.3, 0.7]] * len(texts)

    box = assay.black_box(predict=predict, labels=["a", "b"])
    assert box.predict("a good film").probabilities.argmax() == 1


def test_a_black_box_that_refers_to_itself_is_collected():
    class Wrapper:
        def __init__(self):
            self.box = assay.black_box(predict=self.predict, labels=["a", "b"])

        def predict(self, texts):
            return [[0.3, 0.7]] * len(texts)

    known = []
    for _ in range(10):
        wrapper = Wrapper()
        wrapper.box.predict("a film")
        known.append(weakref.ref(wrapper))
        del wrapper
    gc.collect()
    assert [one() for one in known] == [None] * 10


GROWTH = """
import assay, numpy as np
from assay.engine import door
assay.set_num_threads(1); model = assay.load("demo"); ids = np.array([2, 9, 30, 3], np.int32)
a, b = np.arange(6.0), np.arange(6.0)[::-1].copy(); maps = np.full((2, 1, 4, 4), 0.25, "f4")
box = assay.black_box(predict=lambda given: np.full([len(given), 2], 0.5), labels=["a", "b"])
def call(operation, **more): return door.call(operation, more, model=model._handle)
def refused():
    try: model.predict([-1])
    except assay.InputError: return
    raise AssertionError
rows = {{"rows": [{{"seed": 0}}], "methods": ["attention"], "checks": ["sinks"], "random_sets": 1}}
calls = {{
    "predict": lambda: model.predict(ids), "predict a text": lambda: model.predict("a film"),
    "attention": lambda: model.attention(ids), "explain": lambda: assay.explain(model, ids),
    "saliency": lambda: assay.explain(model, ids, method="saliency"),
    "rollout": lambda: assay.rollout(maps), "box": lambda: box.predict(ids), "refused": refused,
    "flow": lambda: call("flow", attentions=maps, sources=[0]),
    "agreement": lambda: call("agreement", a=a, b=b, draws=0),
    "separation": lambda: call("separation", positive=a, negative=b),
    "gradient": lambda: call("gradient", input={{"ids": ids}}),
    "embed": lambda: call("embed", input={{"ids": ids}}),
    "hidden states": lambda: call("hidden_states", input={{"ids": ids}}),
    "verify": lambda: assay.verify(model, ids, checks=["sinks"]),
    "examine": lambda: call("examine", input={{"ids": ids}}, **rows),
}}
slow = ("verify", "examine")  # a tenth of the calls: each is thirty of the others
def held(): return int(open("/proc/self/statm").read().split()[1]) * 4096
for name, function in calls.items():
    count = {count} // 10 if name in slow else {count}
    for _ in range(min(500, count)): function()
    before = held()
    for _ in range(count): function()
    grown = held() - before
    print(f"{{name}}: {{grown}} bytes more after {{count}} calls", flush=True)
    assert grown < 2_000_000, name
"""


def test_100_000_calls_leave_nothing_behind(share):
    status, said = run(GROWTH.format(count=100_000 // share(50)), timeout=1800)
    print(said)
    assert status == 0, said
