"""Python blocks of Markdown pages, and what each says it needs."""

import re
from importlib.util import find_spec
from typing import NamedTuple

_BLOCK = re.compile(r"(?:^<!-- (needs|not run): (.*?) -->\n)?^```python\n(.*?)^```", re.M | re.S)


class Block(NamedTuple):
    """One block: its code, where it stands, and why it does not run here, if it does not."""

    code: str
    line: int
    reason: str | None


def blocks(text):
    """Return the blocks of a page in order.

    A comment on the line before says what one needs (`<!-- needs: torch -->`), or why it never
    runs (`<!-- not run: needs a GPU -->`).
    """
    found = []
    for match in _BLOCK.finditer(text):
        kind, said, code = match.groups()
        reason = said if kind == "not run" else None
        if kind == "needs":
            missing = [name for name in said.split(", ") if find_spec(name) is None]
            reason = f"needs {', '.join(missing)}" if missing else None
        found.append(Block(code, text[: match.start(3)].count("\n"), reason))
    return found
