"""A headless Chromium, driven through its DevTools protocol over two pipes."""

import base64
import fcntl
import itertools
import json
import os
import select
import subprocess
import time

SECONDS = 60


class Browser:
    """One page of a browser that reaches no network; use it as a context manager."""

    def __init__(self, program, profile, width=1280, height=900):
        child_reads, self._write = (_high(end) for end in os.pipe())
        self._read, child_writes = (_high(end) for end in os.pipe())

        def connect():
            os.dup2(child_reads, 3)
            os.dup2(child_writes, 4)

        self._process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--no-first-run", "--disable-background-networking", f"--user-data-dir={profile}",
             f"--window-size={width},{height}"],
            pass_fds=(3, 4), preexec_fn=connect,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(child_reads)
        os.close(child_writes)
        self._numbers, self._pending, self._session = itertools.count(1), b"", None
        self.messages = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")
        self.resize(width, height)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._write)
        os.close(self._read)
        self._process.terminate()
        self._process.wait(SECONDS)

    def send(self, method, **parameters):
        """Send one command and return its result; events that come before are kept."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
            self.messages.append(answer)

    def _receive(self):
        end = time.monotonic() + SECONDS
        while b"\0" not in self._pending:
            ready, _, _ = select.select([self._read], [], [], max(0, end - time.monotonic()))
            assert ready, "the browser did not answer"
            self._pending += os.read(self._read, 1 << 20)
        line, _, self._pending = self._pending.partition(b"\0")
        return json.loads(line)

    def resize(self, width, height):
        """Give the page another size."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip

    def dark(self, wanted):
        """Say that the reader likes dark or light pages."""
        value = "dark" if wanted else "light"
        features = [{"name": "prefers-color-scheme", "value": value}]
        self.send("Emulation.setEmulatedMedia", features=features)

    def open(self, path):
        """Open a file and wait until it is loaded."""
        self.send("Page.navigate", url=path.as_uri())
        self.wait("document.readyState === 'complete'")

    def run(self, script):
        """Return the value of an expression of the page."""
        answer = self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, script):
        """Wait until an expression is true."""
        end = time.monotonic() + SECONDS
        while not self.run(script):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.05)

    def click(self, selector):
        """Click in the middle of an element with the mouse."""
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView("
                 "{block: 'center', behavior: 'instant'})")  # fmt: skip
        x, y = self.run(
            f"(() => {{ const r = document.querySelector({json.dumps(selector)})"
            ".getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, text):
        """Type into what has the focus."""
        self.send("Input.insertText", text=text)

    def press(self, key):
        """Press a named key."""
        codes = {"Enter": 13, "Escape": 27, "ArrowDown": 40}
        for kind in ("rawKeyDown", "char", "keyUp") if key == "Enter" else ("rawKeyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      text="\r" if kind == "char" else "",
                      windowsVirtualKeyCode=codes[key])  # fmt: skip

    def screenshot(self, path, whole=False):
        """Write what is seen, or the whole page, as a PNG file."""
        answer = self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))

    def complaints(self):
        """Return what the page wrote to the console as an error or a warning."""
        self.run("0")
        found = []
        for message in self.messages:
            entry = message.get("params", {}).get("entry", {})
            if message.get("method") == "Runtime.exceptionThrown":
                found.append(message["params"]["exceptionDetails"])
            if entry.get("level") in ("error", "warning"):
                found.append(entry["text"])
        return found


def _high(descriptor):
    """Move a descriptor out of the way of 3 and 4, which the browser takes."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(descriptor)
    return moved
