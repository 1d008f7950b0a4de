"""What the end-to-end tests share: a folder of one's own with a small task, and the binary.

FLOWBOT_BINARY and FLOWBOT_SOURCE come from ctest. Every run of the binary is checked for reports of
the sanitizers, whatever else the test looks at.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

SOURCE = os.environ.get("FLOWBOT_SOURCE", os.path.join(os.path.dirname(__file__), "..", ".."))
BINARY = os.environ.get("FLOWBOT_BINARY", os.path.join(SOURCE, "build", "release", "flowbot"))
ATLAS = os.path.join(SOURCE, "examples", "atlas")
REPORTS = ("AddressSanitizer", "LeakSanitizer", "ThreadSanitizer", "runtime error:", "Assertion")


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def facts(self):
        return [event for event in self.events if "seq" in event]

    @property
    def run(self):
        return self.events[0]["run"]

    def of(self, kind):
        return [event for event in self.events if event["type"] == kind]


def bare(facts):
    """Facts without what differs from run to run: time, id, and the path that has the id."""
    cut = []
    for fact in facts:
        fact = {key: value for key, value in fact.items() if key not in ("t", "run")}
        if fact["type"] == "run_finished":
            del fact["workflow"]
        cut.append(fact)
    return cut


class Case(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="flowbot-e2e-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.store = self.path("runs")
        self.env = {
            **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "PATH"},
            "HOME": self.path("home"),
            "XDG_CACHE_HOME": self.path("cache"),
            "FLOWBOT_STORE": self.store,
            "LC_ALL": "C.UTF-8",
        }
        self.task = self.write_task()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content)
        with open(self.path(name), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return self.path(name)

    def write_task(self, name="task.json", **changes):
        """A task of 12, 10 and 10 questions of the atlas, with data and corpus of its own."""
        if not os.path.exists(self.path("questions.json")):
            with open(os.path.join(ATLAS, "atlas.json"), encoding="utf-8") as file:
                questions = json.load(file)
            self.write("questions.json", questions[0:12] + questions[150:160] + questions[300:310])
            shutil.copy(os.path.join(ATLAS, "corpus.jsonl"), self.path("corpus.jsonl"))
        task = {
            "task": "Answer the question.",
            "data": {
                "format": "hotpotqa",
                "train": {"file": "questions.json", "range": [0, 12]},
                "validation": {"file": "questions.json", "range": [12, 22]},
                "test": {"file": "questions.json", "range": [22, 32]},
            },
            "inputs": ["question"],
            "metric": "f1",
            "models": {"executor": {"model": "builtin"}, "meta": {"model": "builtin"}},
            "tools": {"search": {"type": "search", "corpus": "corpus.jsonl", "top_k": 5}},
            "optimizer": {"rounds": 2, "inner_steps": 2},
            **changes,
        }
        return self.write(name, json.dumps(task, indent=1))

    def start(self, *args, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, "env": self.env, "cwd": self.folder, **options}
        process = subprocess.Popen([BINARY, *args], **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def finish(self, process, stdin=None):
        out, err = process.communicate(stdin, timeout=280)
        return self.check(process.returncode, out or b"", err or b"")

    def check(self, code, out, err):
        out, err = out.decode(), err.decode()
        for report in REPORTS:
            if report in err:
                self.fail("a report of a sanitizer:\n" + err[-6000:])
        self.assertNotIn(-code, (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS), err)
        return Result(code, out, err)

    def flowbot(self, *args, code=0, stdin=None, **options):
        """Runs the binary to its end, which must have this exit code."""
        if stdin is not None:
            options["stdin"] = subprocess.PIPE
            stdin = stdin.encode() if isinstance(stdin, str) else stdin
        result = self.finish(self.start(*args, **options), stdin)
        if code is not None and result.code != code:
            self.fail(f"exit code {result.code} instead of {code}: {' '.join(args)}\n{result.err}")
        return result

    def run_json(self, *args, task=None, **options):
        return self.flowbot("run", task or self.task, "--json", *args, **options)

    def resume_json(self, run, *args, **options):
        return self.flowbot("resume", run, "--json", *args, **options)

    def start_json(self, *args, lines=0):
        """A run under way, of which so many lines were read (as text)."""
        process = self.start("run", self.task, "--json", *args)
        return process, [process.stdout.readline().decode() for _ in range(lines)]

    def assert_says(self, result, *words):
        """The error, one line, has these words."""
        last = result.err.strip().splitlines()[-1] if result.err.strip() else ""
        self.assertTrue(last.startswith("flowbot: "), result.err)
        for word in words:
            self.assertIn(word, last)

    def assert_same_run(self, one, other):
        for a, b in zip(bare(one), bare(other)):
            self.assertEqual(a, b)
        self.assertEqual(len(one), len(other))


if __name__ == "__main__":
    print("this is no test")
