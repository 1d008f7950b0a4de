"""flowbot score: one JSON a line in, one a line out."""

import json
import os
import unittest

import harness


def lines(*cases):
    return "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)


class Score(harness.Case):
    def score(self, *args, cases, code=0):
        return self.flowbot("score", *args, stdin=cases, code=code)

    def scores(self, *args, cases):
        return [json.loads(line) for line in self.score(*args, cases=cases).out.splitlines()]

    def test_lines(self):
        got = self.scores("f1", cases=lines({"prediction": "The Cat!", "target": "cat"},
                                            {"prediction": "a dog", "target": "cat"}) + "\n")
        self.assertEqual([line["score"] for line in got], [1.0, 0.0])
        self.assertIn("Right.", got[0]["feedback"])

    def test_alias_and_list(self):
        self.assertEqual(self.scores("hotpot_em", cases=lines({"prediction": "x", "target": ["y", "x"]}))[0]["score"], 1.0)
        self.assertIn("drop_f1", self.score("list", cases="").out)

    def test_unsupported(self):
        got = self.scores("ifbench_strict", cases=lines({"prediction": "Go.", "instruction_id_list": ["words:start_verb"], "kwargs": [{}]}))
        self.assertIsNone(got[0]["score"])
        self.assertIn("tagger", got[0]["unsupported"])

    def test_bad_input(self):
        for cases, words in (("{\n", "standard input:1:"), ("3\n", "standard input:1:1"), ('{"target":"x"}\n', "prediction"),
                             (lines({"prediction": "x", "target": "5"}, {"prediction": "1", "target": "#"}), "standard input:2:1")):
            result = self.score("gsm8k_aflow", cases=cases, code=2)
            self.assertIn(words, result.err)
        self.assertIn("nearest known one is \"f1\"", self.score("f2", cases="", code=2).err)
        self.assertIn("nothing.json", self.score("humaneval", "--data", "nothing.json", cases="", code=2).err)

    def test_command(self):
        program = self.path("scorer.sh")
        with open(program, "w") as file:
            file.write("#!/bin/sh\nwhile read -r line; do echo '{\"score\": 0.5, \"feedback\": \"half\"}'; done\n")
        os.chmod(program, 0o755)
        metric = json.dumps({"name": "sum", "of": [{"metric": "exact_match"}, {"metric": {"name": "command", "command": [program]}}]})
        got = self.scores(metric, cases=lines({"prediction": "x", "target": "x"}))
        self.assertEqual(got[0]["score"], 0.75)
        self.assertIn("command 0.50: half", got[0]["feedback"])
        self.assertIn("judge", self.score("judge", cases="", code=2).err)


if __name__ == "__main__":
    unittest.main()
