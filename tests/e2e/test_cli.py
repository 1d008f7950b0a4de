"""The command line itself: help, versions, mistakes, exit codes."""

import os
import unittest

from harness import Case

COMMANDS = ("init", "run", "resume", "runs", "review", "eval", "exec")


class Help(Case):
    def test_overview(self):
        for word in ("--help", "-h", "help"):
            result = self.flowbot(word)
            for command in COMMANDS:
                self.assertRegex(result.out, rf"(?m)^  {command} ")

    def test_no_command(self):
        result = self.flowbot(code=2)
        self.assertIn("usage: flowbot COMMAND", result.err)
        self.assertEqual(result.out, "")

    def test_each_command(self):
        for command in COMMANDS:
            result = self.flowbot(command, "--help")
            self.assertIn(f"usage: flowbot {command}", result.out)
            self.assertEqual(result.err, "")
            self.assertLess(max(map(len, result.out.splitlines())), 130)
            # whatever else stands there, wrong or right
            self.assertEqual(self.flowbot(command, "x", "y", "-h").out, result.out)

    def test_help_on_a_command(self):
        self.assertEqual(self.flowbot("help", "run").out, self.flowbot("run", "--help").out)
        self.assertEqual(self.flowbot("help").out, self.flowbot("--help").out)
        self.assertIn("did you mean run?", self.flowbot("help", "rn", code=2).err)

    def test_version(self):
        self.assertRegex(self.flowbot("--version").out, r"^flowbot \d+\.\d+\.\d+\n$")


class Mistakes(Case):
    def test_unknown_command(self):
        for given, near in (("rn", "run"), ("exek", "exec"), ("resum", "resume")):
            result = self.flowbot(given, code=2)
            self.assert_says(result, given, f"did you mean {near}?")
        self.assert_says(self.flowbot("xyzzy", code=2), "xyzzy", "flowbot --help lists them")

    def test_unknown_option(self):
        self.assert_says(self.flowbot("run", self.task, "--sed", "1", code=2), "--sed", "--seed")
        self.assert_says(self.flowbot("run", self.task, "--xyzzy", code=2), "--help lists them")
        self.assert_says(self.flowbot("exec", "w.json", "--json", code=2), "--json")

    def test_missing_and_superfluous_words(self):
        for command, word in (("run", "TASK"), ("resume", "RUN"), ("review", "RUN"),
                              ("eval", "TASK"), ("exec", "WORKFLOW"), ("init", "FORMAT")):
            self.assert_says(self.flowbot(command, code=2), f"{command}: {word} is missing",
                             f"usage: flowbot {command}")
        self.assert_says(self.flowbot("init", "gsm8k", code=2), "init: FILE… is missing")
        self.assert_says(self.flowbot("doctor", "--set", "seed=1", code=2), "--set", "task file")
        self.assert_says(self.flowbot("runs", "x", code=2), '"x" is one word too many')
        self.assert_says(self.flowbot("run", "a", "b", code=2), '"b" is one word too many')

    def test_values(self):
        bad = {
            ("--seed",): "--seed needs a value",
            ("--seed", "-1"): "--seed -1: a whole number",
            ("--seed", "99999999999999999999"): "a whole number",
            ("--seed", "1x"): "a whole number",
            ("--json=yes",): "--json takes no value",
            ("--review", "al"): "did you mean all?",
            ("--schedule", "fast"): "known is paper",
            ("--set", "optimizer.batsh=3"): 'the nearest known one is "batch"',
            ("--set", "limits.calls=many"): "--set limits.calls",
            ("--set", "nonsense"): "--set nonsense",
            ("--start", "missing.json"): "missing.json",
            ("--prompts", "missing"): "missing",
        }
        for args, words in bad.items():
            self.assert_says(self.flowbot("run", self.task, "--dry-run", *args, code=2), words)
        self.assertFalse(os.path.exists(self.store))

    def test_looks(self):
        """How it is to look is checked whatever the display, also where nothing shows it."""
        run = self.run_json().run
        os.makedirs(self.path("config", "flowbot", "themes"))
        self.write("config/flowbot/themes/mine.json", '{\n "ok": "grene" }')
        self.env["XDG_CONFIG_HOME"] = self.path("config")
        bad = {
            ("--theme", "nope"): 'unknown theme "nope"; known are auto, dark,',
            ("--theme", "drak"): "did you mean dark?",
            ("--theme", "mine"): 'mine.json:2:8: role "ok": ',
            ("--theme=",): "--theme needs a value",
            ("--color", "blue"): "--color blue: auto, never, 8, 16, 256 or true was expected",
            ("--fps", "0"): "--fps 0: a whole number from 1 to 30 was expected",
            ("--fps", "31"): "--fps 31: a whole number from 1 to 30 was expected",
        }
        for args, words in bad.items():
            for command in (("replay", run), ("watch", run), ("attach", run), ("resume", run),
                            ("run", self.task, "--json"), ("run", self.task, "--dry-run")):
                result = self.flowbot(*command, *args, code=2)
                self.assert_says(result, words)
                self.assertEqual(result.out, "")
        self.assertEqual(len(self.flowbot("runs", "--json").out.splitlines()), 1)
        self.assertIn("validation", self.flowbot("replay", run, "--theme", "dark").out)

    def test_words_after_two_dashes(self):
        self.assert_says(self.flowbot("run", "--", "--json", code=2), "--json")

    def test_task_file(self):
        self.assert_says(self.flowbot("run", "missing.json", code=2), "missing.json")
        self.assert_says(self.flowbot("run", self.folder, code=2), self.folder)
        broken = self.write("broken.json", '{ "task": "x",\n "metric": "f1" "inputs": [] }')
        self.assert_says(self.flowbot("run", broken, code=2), "broken.json:2:")
        unknown = self.write_task("unknown.json", metrik="f1")
        self.assert_says(self.flowbot("run", unknown, code=2), "metrik", "metric")
        escape = self.write_task("escape.json", **{"\x1b[31mred": 1})
        result = self.flowbot("run", escape, code=2)
        self.assertNotIn("\x1b", result.err)

    def test_the_wrong_kind_of_file(self):
        workflow = self.run_json().of("run_finished")[0]["workflow"]
        for command in (("run",), ("doctor",), ("models",), ("eval", "--workflow", workflow)):
            result = self.flowbot(command[0], workflow, *command[1:], code=2)
            self.assert_says(result, "is a workflow, a task file was expected")
            result = self.flowbot(command[0], "missing", *command[1:], code=2)
            self.assert_says(result, "missing: there is no such task file", "flowbot init")
        result = self.flowbot("eval", self.task, "--workflow", self.task, code=2)
        self.assert_says(result, "is a task file, a workflow was expected")
        self.assert_says(self.flowbot("exec", self.task, code=2), "is no workflow")

    def test_data_without_records(self):
        self.write("header.csv", "question,answer\n")
        data = {"format": "fields", "file": "header.csv", "target": "answer",
                "split": {"train": 1, "validation": 1, "test": 1}}
        task = self.write_task("none.json", data=data)
        self.assert_says(self.flowbot("run", task, code=2), "header.csv has no records")
        self.assertIn("FAIL  data ", self.flowbot("doctor", task, code=1).out)
        self.assertIn("ok    data            12 examples to learn from, 10 to validate, 10 to test",
                      self.flowbot("doctor", self.task, code=None).out)

    def test_standard_input_that_is_a_folder(self):
        workflow = self.run_json().of("run_finished")[0]["workflow"]
        for command in (("exec", workflow), ("score", "f1")):
            folder = os.open(self.folder, os.O_RDONLY)
            self.addCleanup(os.close, folder)
            result = self.finish(self.start(*command, stdin=folder))
            self.assertEqual(result.code, 2)
            self.assert_says(result, "standard input", "Is a directory")

    def test_store_that_cannot_be(self):
        file = self.write("file", "")
        for command in (("run", self.task), ("runs",), ("resume", "last"), ("watch", "last"),
                        ("replay", "last"), ("review", "last"), ("attach", "last"), ("doctor",)):
            result = self.flowbot(*command, "--store", file, code=2)
            self.assert_says(result, "file: is a file", "--store DIR or FLOWBOT_STORE")
        result = self.flowbot("run", self.task, "--store", "/proc/none", code=1)
        self.assert_says(result, "/proc/none", "--store DIR or FLOWBOT_STORE")

    def test_unknown_run(self):
        for command in ("resume", "review"):
            self.assert_says(self.flowbot(command, "abc", code=2), "abc")
            self.assert_says(self.flowbot(command, "last", code=2))
        self.assertIn("no runs", self.flowbot("runs").out)


class Places(Case):
    def test_no_home(self):
        for name in ("HOME", "XDG_CACHE_HOME", "FLOWBOT_STORE"):
            del self.env[name]
        result = self.flowbot("run", self.task, code=2)
        self.assert_says(result, "HOME")
        result = self.flowbot("runs", code=2)
        self.assert_says(result, "HOME")

    def test_state_folder(self):
        del self.env["FLOWBOT_STORE"]
        self.run_json()
        self.assertTrue(os.listdir(self.path("home", ".local", "state", "flowbot", "runs")))
        self.env["XDG_STATE_HOME"] = self.path("state")
        self.run_json()
        self.assertTrue(os.listdir(self.path("state", "flowbot", "runs")))

    def test_store_that_cannot_be_made(self):
        for place in (os.path.join(self.task, "runs"), "/proc/flowbot"):
            self.assert_says(self.run_json("--store", place, code=1), place)
        self.assert_says(self.flowbot("runs", "--store", self.task, code=None))

    def test_cache_that_cannot_be_made(self):
        self.env["XDG_CACHE_HOME"] = "/proc/flowbot"
        result = self.flowbot("run", self.task, code=None)
        self.assertIn(result.code, (1, 2))
        self.assert_says(result, "/proc/flowbot")
        self.assertFalse(os.path.exists(self.store))


class Places(Case):
    """A model's setting that is wrong is named with its own line and column, or its option."""

    TASK = """{ "task": "Answer.", "metric": "f1", "inputs": ["question"],
  "data": { "format": "hotpotqa", "file": "questions.json",
            "split": { "train": 5, "validation": 5, "test": 5 } },
  "models": {
    "meta": "builtin",
    // a comment in between
    "executor": {
      "model": "small", "base_url": "http://127.0.0.1:9/v1",
      "price": { "in": 1,
                 "out": 2 },
      %s
    } } }
"""

    def refused(self, line, *words):
        self.write("place.json", self.TASK % line)
        self.assert_says(self.flowbot("run", "place.json", "--dry-run", code=2), *words)

    def test_places(self):
        self.refused('"temperature": 9', "place.json:11:22: models.executor.temperature: must be")
        self.refused('"max_tokens": 100, "temprature": 1',
                     "place.json:11:40: models.executor.temprature: unknown key", '"temperature"')
        self.refused('"extra": { "stream": true }', "place.json:11:16: models.executor.extra: ")
        self.refused('"timeout_s": "x"', "place.json:11:20: models.executor.timeout_s: ")
        self.refused('"api_key_env": "NO_SUCH_VARIABLE"',
                     "place.json:11:22: models.executor.api_key_env: ", "NO_SUCH_VARIABLE")
        self.refused('"api": "soap"', "place.json:11:14: models.executor.api: ", "soap")

    def test_keys_are_not_repeated(self):
        groq, unknown = "gsk_" + 5 * "abcdef0123", 3 * "abcdef0123"
        for key, line in ((groq, '"api_key_env": "%s"'), (groq, '"extra": { "x": "%s" }'),
                          (unknown, '"api_key_env": "%s"')):
            self.write("place.json", self.TASK % (line % key))
            for command in (("run", "--dry-run"), ("doctor",), ("models",)):
                result = self.flowbot(command[0], "place.json", *command[1:], code=2)
                self.assert_says(result, "place.json:", "key", "OPENAI_API_KEY")
                self.assertNotIn(key, result.out + result.err)

    def test_within_the_price(self):
        task = self.TASK.replace('"out": 2', '"out": -2') % '"stream": true'
        self.write("place.json", task)
        self.assert_says(self.flowbot("run", "place.json", "--dry-run", code=2),
                         "place.json:10:25: models.executor.price.out: must be")
        self.write("place.json", task.replace('"out": -2', '"uot": 2'))
        self.assert_says(self.flowbot("run", "place.json", "--dry-run", code=2),
                         "place.json:10:25: models.executor.price.uot: unknown key")

    def test_options_and_what_is_missing(self):
        self.write("place.json", self.TASK % '"stream": true')
        self.assert_says(self.flowbot("run", "place.json", "--dry-run", "--set",
                                      "models.executor.top_p=7", code=2),
                         "flowbot: --set models.executor.top_p: must be")
        self.assert_says(self.flowbot("run", "place.json", "--dry-run", "--set", "limits.usd=1",
                                      code=2), "place.json:7:17: models.executor: max_tokens is missing")
        self.assert_says(self.flowbot("doctor", "place.json", "--set", "models.executor.top_p=7",
                                      code=None), "models.executor.top_p")


if __name__ == "__main__":
    unittest.main()
