"""Tools as a user meets them: task files that name them, workflows that call them, doctor."""

import json
import os
import shutil
import subprocess
import unittest

from harness import SOURCE, Case

SERVER = os.path.join(SOURCE, "tests", "unit", "tools", "mcp_server.py")
PROGRAM = os.path.join(SOURCE, "tests", "unit", "tools", "command_tool.py")


def has_sandbox():
    return shutil.which("bwrap") is not None and subprocess.run(
        ["bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "true"],
        stderr=subprocess.DEVNULL).returncode == 0


class ToolCase(Case):
    def task_with(self, tools, name="task.json", **changes):
        rows = [{"q": f"{i} + {i}", "target": str(2 * i)} for i in range(1, 10)]
        self.write("rows.json", rows)
        return self.write(name, {
            "task": "Answer.",
            "data": {"format": "fields", "file": "rows.json",
                     "split": {"train": 3, "validation": 3, "test": 3}},
            "inputs": ["q"], "metric": "exact_match",
            "models": {"executor": "builtin", "meta": "builtin", "untrusted": "builtin"},
            "tools": tools, "optimizer": {"rounds": 1, "inner_steps": 1}, **changes})

    def workflow(self, tool, task="task.json"):
        return self.write("flow.json", {"task": task, "nodes": [
            {"id": "out", "kind": "tool", "description": "Call it.", "inputs": ["q"],
             "tools": [tool]}]})

    def outputs(self, tool, *inputs, code=0):
        lines = "".join(json.dumps({"q": text}) + "\n" for text in inputs)
        result = self.flowbot("exec", self.workflow(tool), stdin=lines, code=code)
        return [json.loads(line) for line in result.out.splitlines()]


class Tools(ToolCase):
    def test_calc(self):
        task = self.task_with({"calc": {"type": "calc"}})
        out = self.outputs("calc", "0.1 + 0.2", "1 +", "15% of 80", code=1)
        self.assertEqual(out[0], {"output": "0.3"})
        self.assertIn("ends too early", out[1]["error"])
        self.assertEqual(out[2], {"output": "12"})
        result = self.flowbot("eval", task, "--workflow", self.workflow("calc"), "--json")
        self.assertEqual(json.loads(result.out)["score"], 1)

    def test_command(self):
        self.task_with({"up": {"type": "command", "command": ["python3", PROGRAM]}})
        self.env["OPENAI_API_KEY"] = "sk-secret"
        self.assertEqual(self.outputs("up", "a", "env"), [{"output": "A"}, {"output": "[]"}])
        out = self.outputs("up", "die", "b", code=1)
        self.assertIn("ended with status 3: last words", out[0]["error"])
        self.assertEqual(out[1], {"output": "B"})

    def test_a_path_beside_the_task_file(self):
        path = self.write("here.py", "#!/usr/bin/env python3\nimport json, sys\n"
                                     "for line in sys.stdin:\n"
                                     "    print(json.dumps({'result': len(line)}), flush=True)\n")
        os.chmod(path, 0o755)
        self.task_with({"up": {"type": "command", "command": ["./here.py"]}})
        self.assertEqual(self.outputs("up", "abc"), [{"output": "16"}])

    def test_mcp(self):
        task = self.task_with({"files": {"type": "mcp", "command": ["python3", SERVER]}})
        self.assertEqual(self.outputs("echo", "hello"), [{"output": "hello"}])
        out = self.outputs("echo", "die", code=1)
        self.assertIn("the server ended with status 7", out[0]["error"])
        result = self.flowbot(
            "eval", task, "--workflow", self.workflow("ecko"), code=2)
        self.assert_says(result, "ecko", "echo")
        result = self.flowbot("exec", self.workflow("ecko"), stdin="{}\n", code=2)
        self.assert_says(result, "ecko")

    def test_mcp_in_a_run(self):
        task = self.task_with({"files": {"type": "mcp", "command": ["python3", SERVER]}})
        run = self.run_json("--start", self.workflow("echo"), task=task)
        again = self.resume_json(run.run)
        self.assert_same_run(run.facts, again.facts)

    def test_names_of_two_servers(self):
        server = {"type": "mcp", "command": ["python3", SERVER]}
        task = self.task_with({"one": server, "two": {**server, "tools": ["add"]}})
        self.assert_says(self.flowbot("run", task, "--dry-run", code=2),
                         "tools.two", 'another tool with the name "add"', "tools.one")
        task = self.task_with({"one": {**server, "tools": ["echo"]},
                               "two": {**server, "tools": ["add"]}})
        self.flowbot("run", task, "--dry-run")

    def test_model_has_its_own_cost_line(self):
        task = self.task_with({"other": {"type": "model", "model": "untrusted",
                                         "prompt": "Answer the question."}})
        run = self.run_json("--start", self.workflow("other"), task=task)
        calls = run.of("run_finished")[0]
        self.assertGreater(calls["tool"]["calls"], 0)
        again = self.resume_json(run.run)
        self.assert_same_run(run.facts, again.facts)

    def test_mistakes_are_told_with_their_place(self):
        for tool, words in (
                ({"type": "pyton"}, 'did you mean "python"?'),
                ({"type": "calc", "x": 1}, "tools.it.x: unknown key"),
                ({"type": "command", "command": ["no-such-program"]}, "no-such-program"),
                ({"type": "mcp", "command": ["python3", SERVER, "crash"]}, "cannot start"),
                ({"type": "command", "command": ["./gone.py"]}, "gone.py does not exist"),
                ({"type": "model", "model": "untrustd"}, 'did you mean "untrusted"?')):
            task = self.task_with({"it": tool})
            self.assert_says(self.flowbot("run", task, "--dry-run", code=2), "task.json:", words)

    def test_doctor(self):
        task = self.task_with({"files": {"type": "mcp", "command": ["python3", SERVER]},
                               "calc": {"type": "calc"}})
        result = self.flowbot("doctor", task)
        self.assertRegex(result.out, r"ok +tool +files: .*2025-06-18.*: echo, add, do_it")
        self.assertRegex(result.out, r"ok +tool +calc")
        task = self.task_with({"files": {"type": "mcp", "command": ["python3", SERVER, "crash"]},
                               "up": {"type": "command", "command": ["gone"]}})
        result = self.flowbot("doctor", task, code=1)
        self.assertRegex(result.out, r"FAIL +tool +.*files.*cannot start")
        self.assertRegex(result.out, r'FAIL +tool +.*up.*no program "gone"')
        self.assertIn("2 to mend", result.out)


class Python(ToolCase):
    def setUp(self):
        super().setUp()
        self.task_path = self.task_with({"python": {"type": "python", "timeout_s": 5}})

    def test_in_the_sandbox(self):
        if not has_sandbox():
            self.skipTest("bubblewrap does not work here")
        self.env["OPENAI_API_KEY"] = "sk-secret"
        out = self.outputs("python", "print(6 * 7)", "import os; print(os.path.exists('/home'))",
                           "import os; print([k for k in os.environ if 'KEY' in k])", "1/0")
        self.assertEqual([line["output"] for line in out[:3]], ["42", "False", "[]"])
        self.assertIn("ZeroDivisionError", out[3]["output"])

    def test_without_a_sandbox_it_refuses(self):
        empty = self.path("bin")
        os.mkdir(empty)
        self.env["PATH"] = empty
        self.assert_says(self.flowbot("run", self.task_path, "--dry-run", code=2),
                         "install the package bubblewrap")
        result = self.flowbot("doctor", self.task_path, code=1)
        self.assertRegex(result.out, r"FAIL +sandbox +.*install the package bubblewrap")

    def test_unsafe_is_loud_and_recorded(self):
        shutil.copy(shutil.which("true"), self.path("bwrap"))  # what is no bubblewrap
        self.env["PATH"] = self.folder + ":" + self.env["PATH"]
        self.assert_says(self.flowbot("run", self.task_path, "--dry-run", code=2), "--unsafe-exec")
        run = self.run_json("--unsafe-exec", "--start", self.workflow("python"), task=self.task_path)
        self.assertIn("WARNING: --unsafe-exec", run.err)
        self.assertTrue(run.of("run_started")[0]["unsafe_exec"])
        again = self.resume_json(run.run)
        self.assertIn("WARNING: --unsafe-exec", again.err)
        self.assert_same_run(run.facts, again.facts)
        out = self.flowbot("exec", self.workflow("python"), "--unsafe-exec",
                           stdin='{"q": "print(6 * 7)"}\n')
        self.assertEqual(out.out, '{"output":"42"}\n')

    def test_a_task_file_cannot_ask_for_it(self):
        task = self.task_with({"python": {"type": "python", "unsafe_exec": True}})
        self.assert_says(self.flowbot("run", task, "--dry-run", code=2), "unknown key")
        task = self.task_with({"python": {"type": "python"}}, unsafe_exec=True)
        self.assert_says(self.flowbot("run", task, "--dry-run", code=2), "unknown key")


class Examples(Case):
    def example(self, *names):
        return os.path.join(SOURCE, "examples", *names)

    def test_sums(self):
        result = self.flowbot("eval", self.example("sums", "task.json"), "--workflow",
                              self.example("sums", "calc.json"), "--split", "test", "--json")
        self.assertEqual(json.loads(result.out)["score"], 1)

    def test_depot_learns_to_ask_its_server(self):
        run = self.run_json(task=self.example("depot", "task.json"))
        end = run.of("run_finished")[0]
        self.assertEqual(end["start_test"], 0)
        self.assertGreater(end["test"], 0.4)

    def test_data_is_what_is_generated(self):
        for name in ("sums", "depot"):
            subprocess.run(["python3", "-B", self.example(name, "generate.py"), "--check"], check=True)


class RealServer(ToolCase):
    """One that many use, from npm; only where npm and its registry can be had."""

    def test_everything(self):
        npx = shutil.which("npx")
        if npx is None or os.environ.get("FLOWBOT_NPM") is None:
            self.skipTest("needs npm and the network: FLOWBOT_NPM=1 runs it")
        self.env["npm_config_cache"] = os.environ["FLOWBOT_NPM"]
        task = self.task_with({"all": {
            "type": "mcp", "command": ["npx", "-y", "@modelcontextprotocol/server-everything"],
            "env": ["npm_config_cache"], "tools": ["echo"]}})
        self.assertIn("hello", self.outputs("echo", "hello")[0]["output"])
        self.assertRegex(self.flowbot("doctor", task).out, r"ok +tool +all: .*: echo")


if __name__ == "__main__":
    unittest.main()
