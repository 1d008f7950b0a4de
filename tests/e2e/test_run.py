"""A run from its start to its end, and what its output promises."""

import json
import os
import subprocess
import unittest

from harness import BINARY, Case


class DryRun(Case):
    def test_nothing_is_asked_or_made(self):
        result = self.flowbot("run", self.task, "--dry-run")
        for word in ("12 to learn from", "10 to validate", "10 to test", "calls", "tokens", "USD",
                     "time"):
            self.assertIn(word, result.out)
        self.assertEqual(result.err, "")
        self.assertFalse(os.path.exists(self.store))
        bound = self.flowbot("run", self.task, "--dry-run", "--set", "optimizer.outer=off").out
        self.assertIn("at most", bound)

    def test_the_estimate_is_kept(self):
        finished = self.run_json().of("run_finished")[0]
        started = self.run_json().of("run_started")[0]
        estimate = started["estimate"]
        self.assertLessEqual(finished["executor"]["calls"], estimate["executor_calls"][1])
        self.assertLessEqual(finished["meta"]["calls"], estimate["meta_calls"][1])


class Output(Case):
    def test_json(self):
        result = self.run_json()
        facts = result.facts
        self.assertEqual([fact["seq"] for fact in facts], list(range(len(facts))))
        times = [event["t"] for event in result.events]
        self.assertEqual(times, sorted(times))
        for event in result.events:
            self.assertEqual(event["v"], 1)
            self.assertEqual(event["run"], result.run)
        self.assertEqual(facts[0]["type"], "run_started")
        self.assertEqual(facts[-1]["type"], "run_finished")
        for kind in ("baseline", "batch_started", "rollout", "gradient", "workflow_gradient",
                     "proposal", "decision", "workflow", "validation", "test"):
            self.assertTrue(result.of(kind), kind)
        finished = facts[-1]
        for name in ("reason", "start_validation", "start_test", "validation", "test", "calls",
                     "cached_calls", "tokens", "usd", "workflow"):
            self.assertIn(name, finished)
        with open(finished["workflow"], encoding="utf-8") as file:
            self.assertTrue(json.load(file)["nodes"])

    def test_events_come_at_once(self):
        """A reader of the pipe is not kept waiting for a full buffer."""
        self.task = self.write_task(optimizer={"epochs": 400})
        process, lines = self.start_json(lines=1)
        self.assertEqual(json.loads(lines[0])["type"], "run_started")
        self.assertIsNone(process.poll())

    def test_summary(self):
        result = self.flowbot("run", self.task)
        for word in ("done after", "validation", "test", "executor", "meta", "proposals",
                     "workflow"):
            self.assertIn(word, result.out)
        self.assertNotIn("\x1b", result.err + result.out)
        self.assertRegex(result.err, r"(?m)^batch 3/3 ")

    def test_seeds(self):
        one, other = self.run_json("--seed", "5"), self.run_json("--seed=5")
        self.assert_same_run(one.facts, other.facts)
        self.assertEqual(one.facts[0]["seed"], 5)

    def test_start_and_prompts(self):
        start = self.write("start.json", {"nodes": [
            {"id": "find", "kind": "agent", "description": "Find it.", "prompt": "Search.",
             "inputs": ["question"], "tools": ["search"]},
            {"id": "say", "kind": "llm", "description": "Say it.", "prompt": "Answer shortly.",
             "inputs": ["question", "find"]}]})
        result = self.run_json("--start", start)
        self.assertEqual([node["id"] for node in result.facts[0]["start"]["nodes"]], ["find", "say"])
        os.mkdir(self.path("prompts"))
        self.write("prompts/optim-call.md", "no placeholder")
        self.assert_says(self.run_json("--prompts", self.path("prompts"), code=2), "optim-call.md")

    def test_stdout_closed(self):
        """`| head -1`: a run that is paid for does not go on unseen; it can be resumed."""
        long = self.write_task("long.json", optimizer={"epochs": 20})
        process = self.start("run", long, "--json")
        head = subprocess.run(["head", "-1"], stdin=process.stdout, capture_output=True, check=True)
        process.stdout.close()
        process.stdout = None
        err = process.stderr.read()
        process.wait()
        result = self.check(process.returncode, b"", err)
        self.assertEqual(result.code, 130)
        run = json.loads(head.stdout)["run"]
        self.assert_says(result, "standard output", f"flowbot resume {run}")
        self.assertEqual(json.loads(self.flowbot("runs", "--json").out)["state"], "stopped")
        self.assertEqual(self.resume_json(run).facts[-1]["reason"], "done")

    def test_full_output(self):
        with open("/dev/full", "wb") as full:
            self.assert_says(self.flowbot("--version", code=1, stdout=full), "standard output")
            self.assert_says(self.flowbot("runs", code=1, stdout=full), "standard output")

    def test_streams_that_are_closed(self):
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            script = f'"$0" run "$1" {closed}'
            done = subprocess.run(["sh", "-c", script, BINARY, self.task], env=self.env,
                                  capture_output=True, check=False, timeout=120)
            self.check(done.returncode, done.stdout, done.stderr)
            self.assertIn(done.returncode, (0, 1))


class Eval(Case):
    def test_the_best_scores_what_the_run_says(self):
        finished = self.run_json().facts[-1]
        for split, score in (("validation", finished["validation"]), ("test", finished["test"])):
            result = self.flowbot("eval", self.task, "--workflow", finished["workflow"], "--split",
                                  split, "--json")
            told = json.loads(result.out)
            self.assertAlmostEqual(told["score"], score)
            self.assertEqual(len(told["examples"]), 10)
        self.assertRegex(self.flowbot("eval", self.task, "--workflow", finished["workflow"]).out,
                         r"^f1 \d\.\d{4} over 10 examples; \d+ calls\n$")

    def test_mistakes(self):
        self.assert_says(self.flowbot("eval", self.task, code=2), "--workflow FILE")
        self.assert_says(self.flowbot("eval", self.task, "--workflow", "no.json", code=2), "no.json")
        flow = self.write("flow.json", {"nodes": []})
        self.assert_says(self.flowbot("eval", self.task, "--workflow", flow, code=2), "flow.json")
        self.assert_says(self.flowbot("eval", self.task, "--workflow", flow, "--split", "train",
                                      code=2), "validation and test")


if __name__ == "__main__":
    unittest.main()
