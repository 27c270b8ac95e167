"""The lines of the benchmark: each is a module with a TITLE and `measure(bench) -> [Result]`."""

#: In the order of the page. A line that is not in this checkout is left out.
LINES = (
    "forward",
    "gradients",
    "integrated_gradients",
    "leave_one_out",
    "bfloat16",
    "shapley",
    "mixed_lengths",
    "one_thread",
    "instruction_sets",
    "flow",
    "cold_start",
    "verification",
    "scaling",
    "training_step",
    "adversarial_attention",
)
