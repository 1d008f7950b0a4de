"""exec: lines in, lines out, in order, whatever the lines are."""

import json
import signal
import subprocess
import time
import unittest

from harness import Case
from loopback import Loopback


class Exec(Case):
    def setUp(self):
        super().setUp()
        self.flow = self.write("flow.json", {"task": "task.json", "nodes": [
            {"id": "find", "kind": "tool", "description": "Search.", "inputs": ["question"],
             "tools": ["search"]},
            {"id": "answer", "kind": "llm", "description": "Answer.", "prompt": "Answer shortly.",
             "inputs": ["question", "find"]}]})
        with open(self.path("questions.json"), encoding="utf-8") as file:
            self.questions = [question["question"] for question in json.load(file)]

    def apply(self, lines, *args, code=0, flow=None):
        if not isinstance(lines, (str, bytes)):
            lines = "".join(json.dumps(line) + "\n" for line in lines)
        result = self.flowbot("exec", flow or self.flow, *args, code=code, stdin=lines)
        return result, [json.loads(line) for line in result.out.splitlines()]

    def test_order(self):
        lines = [{"question": question} for question in self.questions * 20]
        _, outputs = self.apply(lines)
        self.assertEqual(len(outputs), 640)
        self.assertTrue(all(isinstance(line["output"], str) for line in outputs))
        for i in range(32):
            self.assertEqual({outputs[k]["output"] for k in range(i, 640, 32)}, {outputs[i]["output"]})
        self.assertGreater(len({line["output"] for line in outputs}), 5)
        self.assertEqual(self.apply(lines, "--concurrency", "1")[1], outputs)
        self.assertEqual(self.apply(reversed(lines))[1], outputs[::-1])

    def test_interrupted_while_it_waits_for_input(self):
        process = self.start("exec", self.flow, stdin=subprocess.PIPE)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        self.assertIn(process.wait(timeout=20), (130, -signal.SIGINT))

    def test_interrupted_while_it_waits_for_an_endpoint(self):
        """Nothing of what is in flight could be kept: once is enough, and twice does no harm."""
        server = Loopback()
        self.addCleanup(server.close)
        server.stalled = True
        number = 0
        for command in (["exec", self.flow], ["eval", self.task, "--workflow", self.flow]):
            for signals in ([signal.SIGINT], [signal.SIGTERM], [signal.SIGINT, signal.SIGINT]):
                number += 1
                name = f"small-{number}"  # requests of the one before may be noticed late
                self.write_task(models={"executor": {"model": name, "base_url": server.url},
                                        "meta": "builtin"})
                process = self.start(*command, stdin=subprocess.PIPE)
                process.stdin.write(json.dumps({"question": self.questions[0]}).encode() + b"\n")
                process.stdin.close()
                process.stdin = None
                while not any(request["model"] == name for request in list(server.requests)):
                    self.assertIsNone(process.poll())
                    time.sleep(0.02)
                began = time.monotonic()
                for signal_number in signals:
                    process.send_signal(signal_number)
                self.assertEqual(self.finish(process).code, 130, (command[0], signals))
                self.assertLess(time.monotonic() - began, 5)

    def test_what_a_run_wrote(self):
        path = self.run_json("--set", "limits.calls=120", code=3).of("run_finished")[0]["workflow"]
        _, outputs = self.apply([{"question": q} for q in self.questions] * 10, flow=path)
        self.assertEqual(len(outputs), 320)  # the run's limits are not those of exec

    def test_bad_lines(self):
        question = {"question": self.questions[0]}
        good = json.dumps(question)
        bad = {
            "{": "line 2",
            "[1, 2]": "an object was expected",
            '"text"': "an object was expected",
            "{}": '"question" is missing',
            '{"question": "x", "question": "y"}': "question",
            '{"question": "x"} trailing': "line 2",
            "nan": "line 2",
            "[" * 100000: "line 2",
        }
        for line, words in bad.items():
            result, outputs = self.apply(f"{good}\n{line}\n{good}\n", code=1)
            self.assert_says(result, "1 of 3 lines failed")
            self.assertEqual([list(output) for output in outputs], [["output"], ["error"], ["output"]])
            self.assertIn(words, outputs[1]["error"])

    def test_bytes(self):
        for value in (b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\x00", b"a\nb"):
            result, outputs = self.apply(b'{"question": "' + value + b'"}\n', code=1)
            self.assertTrue(all("error" in output for output in outputs))
            self.assertNotIn("\x1b", result.out)

    def test_odd_values(self):
        """What is no string is handed on as its JSON; no bytes of a line reach the terminal raw."""
        values = [None, True, 12.5, [1, 2], {"a": "b"}, "", " ", "\x1b[31m", "𝒳 ü \u202e", "x" * 100000,
                  'quotes " and \\ back', "{{question}}"]
        _, outputs = self.apply([{"question": value, "more": 1} for value in values])
        self.assertEqual(len(outputs), len(values))
        self.assertTrue(all("output" in output for output in outputs))

    def test_nul(self):
        """A text would be cut there, so the line is refused."""
        good = {"question": self.questions[0]}
        for nul in ("\u0000", "a\u0000b"):
            _, outputs = self.apply([good, {"question": nul}, good], code=1)
            self.assertEqual([list(output) for output in outputs], [["output"], ["error"], ["output"]])
            self.assertIn("line 2: the input \"question\" holds the character NUL", outputs[1]["error"])
        self.apply([{"question": ["a\u0000b"]}])  # as its JSON: an escape

    def test_empty_input(self):
        for nothing in ("", "\n", "\n \n\t\r\n"):
            result, outputs = self.apply(nothing)
            self.assertEqual((outputs, result.err), ([], ""))

    def test_no_line_feed_and_carriage_returns(self):
        line = json.dumps({"question": self.questions[0]})
        self.assertEqual(len(self.apply(line)[1]), 1)
        self.assertEqual(len(self.apply(f"{line}\r\n\r\n{line}\r\n")[1]), 2)

    def test_huge_line(self):
        good = json.dumps({"question": self.questions[0]})
        huge = json.dumps({"question": "word " * 4_000_000})
        result, outputs = self.apply(f"{good}\n{huge}\n{good}\n", code=1)
        self.assertEqual([list(output) for output in outputs], [["output"], ["error"], ["output"]])
        self.assertIn("line 2: longer than", outputs[1]["error"])
        self.assert_says(result, "1 of 3 lines failed")

    def test_output_that_is_full(self):
        lines = json.dumps({"question": self.questions[0]}) + "\n"
        with open("/dev/full", "wb") as full:
            result = self.flowbot("exec", self.flow, code=1, stdin=lines, stdout=full)
        self.assert_says(result, "standard output")

    def test_mistakes(self):
        self.assert_says(self.flowbot("exec", "no.json", code=2), "no.json")
        plain = self.write("plain.json", {"nodes": [
            {"id": "a", "kind": "llm", "description": "d", "prompt": "p", "inputs": ["question"]}]})
        self.assert_says(self.flowbot("exec", plain, code=2), "plain.json", "names no task")
        for value in ("0", "-1", "x", "10001"):
            self.assert_says(self.flowbot("exec", self.flow, "--concurrency", value, code=2),
                             "--concurrency", "from 1 to 10000")
        broken = self.write("broken.json", "{")
        self.assert_says(self.flowbot("exec", broken, code=2), "broken.json:1:")
        away = self.write("away.json", {"task": "elsewhere.json", "nodes": []})
        self.assert_says(self.flowbot("exec", away, code=2), "elsewhere.json")


if __name__ == "__main__":
    unittest.main()
