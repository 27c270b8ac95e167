"""What is not even read where torch is missing; the tests themselves say that they are skipped."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") and find_spec("transformers") else ["oracle.py"]
