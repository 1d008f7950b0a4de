"""Every example runs as its README says."""

import json
import os
import subprocess
import sys
import unittest

from harness import SOURCE, Case

EXAMPLES = os.path.join(SOURCE, "examples")


class Examples(Case):
    def finished(self, *names):
        result = self.run_json(task=os.path.join(EXAMPLES, *names))
        self.assertEqual(sum(event["failed"] for event in result.of("rollout")), 0)
        return result.facts[-1]

    def need_sandbox(self):
        told = self.flowbot("score", "pass_at_1", stdin="", code=None)
        if told.code != 0:
            self.skipTest(told.err.strip())

    def test_towns(self):
        self.assertGreater(self.finished("towns", "towns.json")["test"], 0.2)

    def test_instructions(self):
        finished = self.finished("instructions", "task.json")
        self.assertGreater(finished["test"], 0)
        self.assertLess(finished["test"], 1)

    def test_code(self):
        self.need_sandbox()
        self.assertEqual(self.finished("code", "task.json")["test"], 0)

    def test_code_answers(self):
        self.need_sandbox()
        with open(os.path.join(EXAMPLES, "code", "answers.jsonl"), encoding="utf-8") as file:
            answers = file.read()
        told = self.flowbot("score", "pass_at_1", stdin=answers).out.splitlines()
        for answer, verdict in zip(answers.splitlines(), told, strict=True):
            name, verdict = json.loads(answer)["id"], json.loads(verdict)
            self.assertEqual(verdict["score"], float(name.startswith("right/")), name)
            self.assertTrue(verdict["feedback"], name)

    def test_generated(self):
        """What a script has written is what it writes."""
        for name in sorted(os.listdir(EXAMPLES)):
            script = os.path.join(EXAMPLES, name, "generate.py")
            if os.path.exists(script):
                done = subprocess.run([sys.executable, "-B", script, "--check"], check=False)
                self.assertEqual(done.returncode, 0, script)


if __name__ == "__main__":
    unittest.main()
