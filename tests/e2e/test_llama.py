"""A real server that nobody here wrote: llama.cpp's llama-server, with a tiny random model.

Its text is noise, its protocol is real. FLOWBOT_LLAMA_SERVER names the script that fetches and starts
it (default ../shared/tools/llama-server.sh beside the source); where it cannot be had the test is
skipped, and says so.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import unittest
import urllib.request

from harness import SOURCE, Case

SCRIPT = os.environ.get("FLOWBOT_LLAMA_SERVER",
                        os.path.join(SOURCE, "..", "shared", "tools", "llama-server.sh"))
FETCH_S, START_S = 150, 60
CONTEXT, SLOTS = 32768, 4  # of the model, and of each slot


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Llama(Case):
    CHECKS = ("reachable", "key accepted", "model known", "answers", "streaming", "tokens counted")

    @classmethod
    def setUpClass(cls):
        if not os.access(SCRIPT, os.X_OK):
            raise unittest.SkipTest(f"{SCRIPT} is not there (FLOWBOT_LLAMA_SERVER)")
        cls.env_of_server = {**os.environ, "FLOWBOT_LLAMA_PORT": str(free_port()),
                             "FLOWBOT_LLAMA_CTX": str(CONTEXT * SLOTS),
                             "FLOWBOT_LLAMA_SLOTS": str(SLOTS), "FLOWBOT_LLAMA_KEY": "a-key"}
        cls.make_model()
        cls.fetch()
        cls.start_server()

    @classmethod
    def make_model(cls):
        """The script's own model has a context that is too short for meta prompts."""
        maker = os.path.join(os.path.dirname(SCRIPT), "make_tiny_gguf.py")
        cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
        model = os.path.join(cache, "flowbot-llama", f"tiny-{CONTEXT}.gguf")
        if not os.path.exists(model):
            os.makedirs(os.path.dirname(model), exist_ok=True)
            subprocess.run([sys.executable, maker, model, "--ctx", str(CONTEXT)], check=True,
                           stdout=subprocess.DEVNULL)
        cls.env_of_server["FLOWBOT_LLAMA_MODEL"] = model

    @classmethod
    def fetch(cls):
        try:
            done = subprocess.run([SCRIPT, "--prepare"], env=cls.env_of_server, timeout=FETCH_S,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True)
        except subprocess.TimeoutExpired:
            raise unittest.SkipTest(f"llama-server could not be fetched within {FETCH_S} s")
        if done.returncode != 0:
            raise unittest.SkipTest("llama-server cannot be had here: " + done.stderr[-300:])

    @classmethod
    def start_server(cls):
        cls.port = int(cls.env_of_server["FLOWBOT_LLAMA_PORT"])
        cls.server = subprocess.Popen([SCRIPT, "--", "--threads", "1"], env=cls.env_of_server, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.stop_server)
        end = time.monotonic() + START_S
        while time.monotonic() < end and cls.server.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{cls.port}/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("llama-server was fetched but does not start")

    @classmethod
    def stop_server(cls):
        cls.server.send_signal(signal.SIGTERM)
        try:
            cls.server.wait(10)
        except subprocess.TimeoutExpired:
            cls.server.kill()
            cls.server.wait()

    def setUp(self):
        super().setUp()
        self.env["LLAMA_KEY"] = "a-key"
        self.task = self.task_with({})

    def task_with(self, more):
        settings = {"model": "tiny-random", "base_url": f"http://127.0.0.1:{self.port}/v1",
                    "api_key_env": "LLAMA_KEY", "timeout_s": 120, "seed": 1, **more}
        rows = "".join(f"Which river is number {i}?,river {i}\n" for i in range(9))
        self.write("rivers.csv", "question,answer\n" + rows)
        return self.write("rivers.json", {
            "task": "Name the river.",
            "data": {"format": "fields", "file": "rivers.csv", "target": "answer",
                     "split": {"train": 3, "validation": 3, "test": 3}},
            "inputs": ["question"], "metric": "f1",
            "models": {"executor": {**settings, "max_tokens": 24},
                       "meta": {**settings, "max_tokens": 120}},
            "optimizer": {"batch": 3, "rounds": 1, "inner_steps": 1},
            "limits": {"calls": 80, "concurrency": SLOTS, "wall_s": 400}})

    def doctor(self, code, *options):
        """(its output, the marks of each check: one for each set of settings)."""
        result = self.flowbot("doctor", self.task, *options, code=code)
        marks = {}
        for line in filter(None, result.out.splitlines()):
            marks.setdefault(line[6:21].strip(), []).append(line[:4].strip())
        return result.out, marks

    def test_doctor(self):
        out, marks = self.doctor(0, "--set", "models.meta.max_tokens=24")
        for check in self.CHECKS:
            self.assertEqual(marks.get(check), ["ok"], out)
        self.assertNotIn("FAIL", out)

    def test_doctor_of_each_role(self):
        """Noise of 120 tokens may be no JSON, which a meta model is asked for; all else is well."""
        out, marks = self.doctor(None)
        for check in self.CHECKS:
            self.assertEqual(marks.get(check), ["ok", "ok"], out)
        self.assertEqual(out.count("FAIL"), out.count("FAIL  JSON schema"), out)

    def test_wrong_key(self):
        self.env["LLAMA_KEY"] = "another-key"
        result = self.flowbot("doctor", self.task, code=1)
        self.assertRegex(result.out, r"FAIL +key accepted")
        self.assertNotIn("another-key", result.out + result.err)

    def test_models(self):
        self.assertIn("* tiny-random", self.flowbot("models", self.task).out)

    def test_run(self):
        """Noise is no advice, but each reply has the form that was asked for."""
        result = self.flowbot("run", self.task, "--json", code=None)
        self.assertIn(result.code, (0, 3), result.err)
        finished = result.of("run_finished")[0]
        self.assertGreater(finished["calls"], 9)
        self.assertGreater(finished["tokens"], 0)
        self.assertTrue(result.of("gradient") or result.of("workflow_gradient"), result.out)
        failed = [event.get("failed") for event in result.of("baseline") + result.of("rollout")]
        self.assertEqual(set(failed), {0})
        again = self.flowbot("resume", result.run, "--json", code=None)
        self.assertEqual(again.of("run_finished")[0]["calls"], finished["calls"])


if __name__ == "__main__":
    unittest.main()
