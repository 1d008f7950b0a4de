"""Ends of every kind, and what resume makes of them."""

import json
import os
import random
import signal
import time
import unittest

from harness import Case, bare
from loopback import Loopback

LONG = {"optimizer": {"epochs": 3, "rounds": 2, "inner_steps": 2}}


class Interrupted(Case):
    """Runs that a signal ends, of a task that takes some seconds."""

    def setUp(self):
        super().setUp()
        self.task = self.write_task(**LONG)

    def undisturbed(self):
        return self.run_json("--store", self.path("other")).facts

    def stop(self, lines, *signals):
        process, _ = self.start_json(lines=lines)
        for number in signals:
            process.send_signal(number)
        return self.finish(process)

    def check_stopped(self, result):
        self.assertEqual(result.code, 130)
        self.assert_says(result, "flowbot resume")
        stopped = [json.loads(line) for line in result.out.splitlines() if '"stopped"' in line]
        self.assertEqual(len(stopped), 1)
        self.assertNotIn("seq", stopped[0])
        state = json.loads(self.flowbot("runs", "--json").out)
        self.assertEqual(state["state"], "stopped")

    def test_once(self):
        whole = self.undisturbed()
        for number in (signal.SIGINT, signal.SIGTERM):
            result = self.stop(40, number)
            self.check_stopped(result)
            self.assertIn("stopping: what is in flight", result.err)
            resumed = self.resume_json("last")
            self.assert_same_run(whole, resumed.facts)
            os.remove(resumed.facts[-1]["workflow"].replace(".workflow.json", ".flowbot"))

    def test_twice(self):
        result = self.stop(60, signal.SIGINT, signal.SIGINT)
        self.check_stopped(result)
        self.assert_same_run(self.undisturbed(), self.resume_json("last").facts)

    def test_before_the_first_fact_is_read(self):
        for _ in range(5):
            process = self.start("run", self.task, "--json")
            time.sleep(random.random() / 5)
            process.send_signal(signal.SIGINT)
            result = self.finish(process)
            self.assertIn(result.code, (130, -signal.SIGINT), result.err)

    def test_kill(self):
        whole = self.undisturbed()
        self.start_json(lines=50)[0].kill()
        for lines in (30, 100, 150):
            process = self.start("resume", "last", "--json")
            for _ in range(lines):
                process.stdout.readline()
            process.kill()
            process.wait()
            state = json.loads(self.flowbot("runs", "--json").out)
            self.assertEqual((state["state"], state["why"]), ("stopped", "its process is gone"))
        self.assert_same_run(whole, self.resume_json("last").facts)
        state = json.loads(self.flowbot("runs", "--json").out)
        self.assertEqual(state["state"], "done")
        self.assertNotIn("why", state)

    def test_two_processes(self):
        process, lines = self.start_json(lines=10)
        run = json.loads(lines[0])["run"]
        result = self.resume_json(run, code=2)
        self.assert_says(result, "held by another process", f"pid {process.pid}")
        self.assert_says(self.flowbot("review", run, code=2), "no proposal waits")  # looking needs no lock
        self.assertEqual(json.loads(self.flowbot("runs", "--json").out)["state"], "running")
        process.send_signal(signal.SIGINT)
        self.finish(process)


class Limits(Case):
    def test_calls(self):
        whole = self.run_json().facts
        limited = self.run_json("--set", "limits.calls=100", code=3)
        self.assert_says(limited, "calls", "100")
        last = limited.of("run_finished")[0]
        self.assertEqual(last["reason"], "limit")
        self.assertLessEqual(last["calls"], 100)
        self.assertNotIn("seq", last)
        self.assertIsNotNone(last["test"])
        self.assertTrue(os.path.exists(last["workflow"]))
        self.flowbot("eval", self.task, "--workflow", last["workflow"])
        resumed = self.resume_json(limited.run, "--set", "limits.calls=100000")
        self.assert_same_run(whole, resumed.facts)
        self.assertEqual(resumed.facts[-1]["reason"], "done")

    def test_tokens(self):
        limited = self.run_json("--set", "limits.tokens=60000", code=3)
        self.assert_says(limited, "tokens", "60000")
        self.assertLessEqual(limited.of("run_finished")[0]["tokens"], 60000)

    def test_seconds(self):
        self.task = self.write_task(optimizer={"epochs": 400})
        limited = self.run_json("--set", "limits.wall_s=0.5", code=3)
        self.assert_says(limited, "wall_s")
        last = limited.of("run_finished")[0]
        self.assertIsNone(last["test"])
        self.assertIn("limits", last["no_test"])

    def test_only_limits_may_differ(self):
        run = self.run_json().run
        for key in ("metric", "optimizer.batch", "models.executor.temperature", "models.executor",
                    "models.meta.price.in", "limits", "limits.calls.x", "seed", "task"):
            self.assert_says(self.resume_json(run, "--set", key + "=1", code=2), key, "only limits")
        self.assert_says(self.resume_json(run, "--set", "models.judge.base_url=x", code=2),
                         "models.judge.base_url", "executor, meta")
        self.assert_says(self.resume_json(run, "--set", "limits.cals=1", code=2), "calls")
        self.assert_says(self.resume_json(run, "--set", "limits.calls=-1", code=2), "limits.calls")
        self.assert_says(self.resume_json(run, "--set", "limits.calls=x", code=2), "limits.calls")
        for text in ("100,000", "1 000", "5x", ""):  # refused whole, not read up to where it ends
            self.assert_says(self.resume_json(run, "--set", "limits.calls=" + text, code=2),
                             "--set limits.calls", "whole number")
        self.resume_json(run, "--set", "limits.concurrency=3")


class Elsewhere(Case):
    """A run goes on at another endpoint."""

    def setUp(self):
        super().setUp()
        self.a, self.b = Loopback(), Loopback()
        self.addCleanup(self.a.close)
        self.addCleanup(self.b.close)
        self.task = self.write_task(
            models={"executor": {"model": "small", "base_url": self.a.url, "stream": False,
                                 "api_key_env": "KEY_A"},
                    "meta": "builtin"},
            optimizer={"rounds": 1, "inner_steps": 1}, limits={"concurrency": 4})
        self.env.update(KEY_A="key-of-a-0123456789", KEY_B="key-of-b-0123456789")

    def go_on(self, *args, **options):
        return self.resume_json("last", "--set", f"models.executor.base_url={self.b.url}", "--set",
                                "models.executor.api_key_env=KEY_B", *args, **options)

    def test_killed_at_one_endpoint_goes_on_at_another(self):
        whole = self.run_json("--store", self.path("other")).facts
        self.assertNotIn(self.a.url, json.dumps(whole))
        asked = len(self.a.bodies)
        self.a.requests.clear()
        process, lines = self.start_json(lines=30)
        process.kill()
        process.wait()
        journalled = sum(json.loads(line)["type"] == "rollout" for line in lines)
        self.assertGreater(journalled, 0)
        first = self.a.bodies
        self.a.close()
        del self.env["KEY_A"]  # what is not used need not be there
        resumed = self.go_on("--set", "limits.concurrency=16")
        self.assert_same_run(whole, resumed.facts)
        self.assertEqual(len(set(self.b.bodies)), len(self.b.bodies))
        again = set(first) & set(self.b.bodies)
        self.assertLessEqual(len(again), 4)  # of those in flight at the kill
        self.assertLess(len(self.b.bodies), asked)
        self.assertEqual({headers["Authorization"] for headers in self.b.headers},
                         {"Bearer key-of-b-0123456789"})

    def test_time_is_up_while_the_endpoint_hangs(self):
        """What is in flight has some seconds more; the end is the limit's, not an interrupt's."""
        self.a.stalled = True
        began = time.monotonic()
        result = self.run_json("--set", "limits.wall_s=0.5", code=3)
        self.assertLess(time.monotonic() - began, 30)
        self.assert_says(result, "limits.wall_s", f"flowbot resume {result.run}")
        self.assertEqual(self.go_on("--set", "limits.wall_s=null").facts[-1]["reason"], "done")

    def test_done_asks_nothing(self):
        self.run_json()
        self.go_on()
        self.assertEqual(self.b.bodies, [])

    def test_mistakes(self):
        self.run_json()
        for value in ("nonsense", "http://192.0.2.1/v1", "[]", "5"):
            self.assert_says(self.resume_json("last", "--set", f"models.executor.base_url={value}",
                                              code=2), "--set models.executor.base_url: ")
        self.assert_says(self.resume_json("last", "--set", "models.executor.api_key_env=NO_SUCH",
                                          code=2), "api_key_env", "NO_SUCH")
        self.assert_says(self.resume_json("last", "--set", "models.meta.base_url=http://127.0.0.1/v1",
                                          code=2), "models.meta", "base_url", "builtin")


class Reuse(Case):
    """Replies of another run cost nothing, and are this run's own once they are used."""

    def setUp(self):
        super().setUp()
        self.server = Loopback()
        self.addCleanup(self.server.close)
        self.models = {"executor": {"model": "small", "base_url": self.server.url, "stream": False,
                                    "price": {"in": 1, "out": 1}},
                       "meta": "builtin"}
        self.task = self.write_task(models=self.models, optimizer={"rounds": 1, "inner_steps": 1},
                                    limits={"concurrency": 4})

    def asked(self):
        count = len(self.server.requests)
        self.server.requests.clear()
        return count

    @staticmethod
    def scores(facts):
        return [(fact["type"], fact.get("score")) for fact in facts]

    def test_all_of_it(self):
        one = self.run_json()
        self.assertGreater(self.asked(), 20)
        self.assertGreater(one.facts[-1]["usd"], 0)
        two = self.run_json("--reuse", one.run)
        last = two.facts[-1]
        self.assertEqual(self.asked(), 0)
        self.assertEqual((last["calls"], last["tokens"], last["usd"]), (0, 0, 0))
        self.assertEqual(last["cached_calls"],
                         one.facts[-1]["calls"] + one.facts[-1]["cached_calls"])
        self.assertEqual(two.facts[0]["reuse"], one.run)
        self.assertEqual(self.scores(one.facts), self.scores(two.facts))
        os.remove(one.facts[-1]["workflow"].replace(".workflow.json", ".flowbot"))
        self.assertEqual(bare(self.resume_json(two.run).facts), bare(two.facts))
        three = self.run_json("--reuse", two.run)  # what was copied is lent again
        self.assertEqual((self.asked(), three.facts[-1]["calls"]), (0, 0))
        self.run_json("--reuse", two.run, "--set", "limits.calls=1")

    def test_more_than_there_is(self):
        one = self.run_json()
        first = self.asked()
        longer = self.write_task("longer.json", models=self.models,
                                 optimizer={"rounds": 2, "inner_steps": 2}, limits={"concurrency": 4})
        alone = self.run_json("--store", self.path("other"), task=longer)
        needed = self.asked()
        self.assertGreater(needed, first)
        two = self.run_json("--reuse", "last", task=longer)
        asked = self.asked()
        self.assertLess(asked, needed - 10)  # at least the tests of the start workflow are there
        self.assertGreater(asked, 0)
        self.assertEqual(two.facts[-1]["executor"]["calls"], asked)
        self.assertEqual(self.scores(alone.facts), self.scores(two.facts))
        self.assertNotEqual(one.run, two.run)

    def test_the_other_run_is_gone_when_it_goes_on(self):
        one = self.run_json()
        self.asked()
        whole = self.run_json("--reuse", one.run)
        process, _ = self.start_json("--reuse", one.run, lines=40)
        process.kill()
        process.wait()
        os.remove(one.facts[-1]["workflow"].replace(".workflow.json", ".flowbot"))
        resumed = self.resume_json("last")
        self.assertIn(one.run, resumed.err)
        self.assertEqual(self.scores(whole.facts), self.scores(resumed.facts))
        self.assertEqual(resumed.facts[-1]["executor"]["calls"], self.asked())

    def test_mistakes(self):
        self.assert_says(self.run_json("--reuse", "nosuch", code=2), "nosuch")
        self.assert_says(self.run_json("--reuse", "last", code=2), "no runs yet")
        self.assertEqual(self.asked(), 0)
        os.makedirs(self.store, exist_ok=True)
        with open(os.path.join(self.store, "broken.flowbot"), "wb") as file:
            file.write(b"no database" * 100)
        self.assert_says(self.run_json("--reuse", "broken", code=2), "broken")


class Changed(Case):
    """What a run stands on must be what it was."""

    def refused(self, name, content, *words):
        run = self.run_json().run
        with open(self.path(name), "rb") as file:
            old = file.read()
        self.write(name, content)
        self.assert_says(self.resume_json(run, code=2), *words)
        self.write(name, old)
        return run

    def test_data(self):
        with open(self.path("questions.json"), encoding="utf-8") as file:
            questions = json.load(file)
        questions[25]["answer"] = "something else"
        run = self.refused("questions.json", questions, "task.json", "data", "changed")
        self.assertEqual(self.resume_json(run).facts[-1]["reason"], "done")

    def test_corpus(self):
        with open(self.path("corpus.jsonl"), encoding="utf-8") as file:
            corpus = file.read()
        self.refused("corpus.jsonl", corpus.replace("fought", "lost", 1), "corpus", "changed")

    def test_missing(self):
        run = self.run_json().run
        os.rename(self.path("questions.json"), self.path("away.json"))
        self.assert_says(self.resume_json(run, code=2), "questions.json")
        os.rename(self.path("away.json"), self.path("questions.json"))
        self.resume_json(run)

    def test_the_task_file_may_change(self):
        """A run has its own copy of the task."""
        one = self.run_json()
        self.write_task(metric="exact_match")
        self.assertEqual(bare(self.resume_json(one.run).facts), bare(one.facts))


class Names(Case):
    def test_prefix_and_last(self):
        one, two = self.run_json(), self.run_json("--seed", "3")
        self.assertEqual(self.resume_json(two.run[:5]).run, two.run)
        self.assertEqual(self.resume_json("last").run, two.run)
        self.assertEqual(self.resume_json(one.run).run, one.run)
        self.assert_says(self.resume_json("nosuch", code=2), "nosuch")
        self.assert_says(self.resume_json("../runs/" + one.run, code=2))
        listed = [json.loads(line)["run"] for line in self.flowbot("runs", "--json").out.splitlines()]
        self.assertEqual(listed, [two.run, one.run])
        self.assertIn("done", self.flowbot("runs").out)


if __name__ == "__main__":
    unittest.main()
