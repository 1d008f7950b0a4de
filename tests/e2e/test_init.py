"""`flowbot init`, then `flowbot run` on what it wrote: every format, on the shared data."""

import json
import os
import shutil
import unittest

from harness import SOURCE, Case

DATA = os.environ.get("FLOWBOT_DATA", os.path.join(SOURCE, "..", "shared", "data"))
CORPUS = "wiki_corpus/wiki.abstracts.sample.jsonl"
SANDBOXED = ("humaneval", "mbpp")

# format, files, options; what the task then has: metric, sizes of the splits
CASES = (
    ("hotpotqa", ["hotpotqa/hotpot_train_v1.1.sample.json"], [], "exact_match", (30, 60, 60)),
    ("hotpotqa", ["hotpotqa/hotpot_hf_columns.sample.jsonl"], [], "exact_match", (4, 8, 8)),
    ("hover", ["hover/hover_dev_covered_by_wiki_corpus.json"], ["--corpus", CORPUS],
     "hover_recall", (6, 12, 14)),
    ("drop", ["drop/drop_dataset_rebuilt.json"], [], "drop_f1", (150, 299, 299)),
    ("drop", ["drop/drop_validate.aflow.jsonl"], [], "aflow_drop_f1", (40, 80, 80)),
    ("gsm8k", ["gsm8k/train.sample.jsonl", "gsm8k/test.jsonl"], [], "gsm8k", (150, 300, 300)),
    ("math", ["math/MATH/train", "math/MATH/test"], [], "math", (19, 39, 105)),
    ("math", ["math/math500_layout.jsonl"], [], "math", (21, 42, 42)),
    ("humaneval", ["humaneval/HumanEval.jsonl.gz"], [], "pass_at_1", (32, 65, 67)),
    ("mbpp", ["mbpp/mbpp.jsonl"], [], "pass_at_1", (150, 300, 300)),
    ("mbpp", ["mbpp/sanitized-mbpp.json"], [], "pass_at_1", (85, 170, 172)),
    ("ifbench", ["ifbench/ifeval_input_data.jsonl", "ifbench/IFBench_test.jsonl"], [], "ifbench",
     None),
    ("ifeval", ["ifbench/ifeval_input_data.jsonl"], [], "ifbench_strict", None),
    ("pupa", ["pupa/PUPA_synthetic.csv"], [], "pupa", (1, 3, 4)),
)


def small(text):
    """--set options that make the splits of a written task small."""
    parts = ("train", "validation", "test")
    for part, count in zip(parts, (4, 6, 6)):
        key = f"data.split.{part}" if '"split"' in text else f"data.{part}.count"
        yield from ("--set", f"{key}={count}")


@unittest.skipUnless(os.path.isdir(DATA), f"there is no {DATA} (set FLOWBOT_DATA)")
class Formats(Case):
    def init(self, kind, files, options=(), **how):
        options = [os.path.join(DATA, word) if word == CORPUS else word for word in options]
        return self.flowbot("init", kind, *(os.path.join(DATA, file) for file in files), *options,
                            **how)

    def test_init_then_run(self):
        for kind, files, options, metric, sizes in CASES:
            with self.subTest(kind=kind, file=files[0]):
                self.check_one(kind, files, options, metric, sizes)
                os.remove(self.path(f"{kind}.json"))

    def check_one(self, kind, files, options, metric, sizes):
        said = self.init(kind, files, options).out
        self.assertIn(f"metric {metric}", said)
        self.assertTrue(said.endswith(f"next: flowbot run {kind}.json\n"), said)
        if sizes is not None:
            self.assertIn("%d examples to learn from, %d to validate, %d to test" % sizes, said)
        with open(self.path(f"{kind}.json"), encoding="utf-8") as file:
            changes = small(file.read()) if kind != "pupa" else ()
        if kind in SANDBOXED and not shutil.which("bwrap"):
            self.skipTest("there is no bwrap to run programs in")
        result = self.run_json("--set", "optimizer.rounds=1", "--set", "optimizer.inner_steps=1",
                               *changes, task=f"{kind}.json")
        finished = result.facts[-1]
        self.assertEqual(finished["reason"], "done")
        for name in ("start_validation", "start_test", "validation", "test"):
            self.assertIsInstance(finished[name], (int, float), name)
        self.assertEqual(sum(event["failed"] for event in result.of("rollout")), 0)

    def score(self, task, nodes):
        flow = self.write("flow.json", {"nodes": nodes})
        return json.loads(self.flowbot("eval", task, "--workflow", flow, "--json").out)["score"]

    def test_reading_scores(self):
        """Where the builtin reader can do the task, the fields are the right ones: it scores."""
        self.init("drop", ["drop/drop_dataset_rebuilt.json"])
        node = {"id": "answer", "kind": "llm", "description": "Answer.",
                "prompt": "Answer the question. Give the shortest exact answer span. Answer with "
                          "exactly the kind of thing that the question asks for.",
                "inputs": ["passage", "question"]}
        self.assertGreater(self.score("drop.json", [node]), 0.03)

    def test_retrieval_scores(self):
        """What a search for the claim finds counts."""
        self.init("hover", CASES[2][1], CASES[2][2])
        node = {"id": "search", "kind": "tool", "description": "Search.", "inputs": ["claim"],
                "tools": ["search"]}
        self.assertGreater(self.score("hover.json", [node]), 0.5)

    def test_left_out(self):
        said = self.init("ifeval", ["ifbench/ifeval_input_data.jsonl"]).out
        self.assertRegex(said, r"(?m)^  \d+ records are left out: .*language detection")
        with open(self.path("ifeval.json"), encoding="utf-8") as file:
            self.assertIn('"language:response_language"', file.read())

    def test_without_a_corpus(self):
        said = self.init("hover", ["hover/hover_dev_release_v1.1.sample.json"]).out
        self.assertIn("--corpus FILE", said)


class Own(Case):
    """Data of one's own, and mistakes."""

    TABLE = "id,question,note,answer\n" + "".join(f"{i},q{i},n{i},a{i}\n" for i in range(20))

    def test_fields(self):
        self.write("d.csv", self.TABLE)
        said = self.flowbot("init", "fields", "d.csv", "--out", "own.json").out
        self.assertIn("4 examples to learn from, 8 to validate, 8 to test; metric f1", said)
        with open(self.path("own.json"), encoding="utf-8") as file:
            text = file.read()
        self.assertIn('"target": "answer"', text)
        self.assertIn('"inputs": ["question", "note"]', text)
        self.assertEqual(self.run_json(task="own.json").facts[-1]["reason"], "done")
        self.flowbot("init", "fields", "d.csv", "--out", "two.json", "--target", "note", "--inputs",
                     "question", "--seed", "7")
        with open(self.path("two.json"), encoding="utf-8") as file:
            text = file.read()
        self.assertIn('"target": "note"', text)
        self.assertIn('"seed": 7', text)

    def test_another_folder(self):
        os.mkdir(self.path("deep"))
        self.write("d.csv", self.TABLE)
        self.flowbot("init", "fields", "d.csv", "--out", "deep/own.json")
        self.assertEqual(self.run_json(task="deep/own.json").facts[-1]["reason"], "done")

    def test_never_overwrites(self):
        self.write("d.csv", self.TABLE)
        self.write("fields.json", "mine")
        self.assert_says(self.flowbot("init", "fields", "d.csv", code=2), "fields.json", "--out")
        with open(self.path("fields.json"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")

    def test_mistakes(self):
        self.write("d.csv", self.TABLE)
        self.write("two.csv", "question,answer\n1,2\n3,4\n")
        self.write("other.jsonl", '{"x":1,"y":2}\n' * 9)
        bad = (
            (("hotpot", "d.csv"), ('"hotpot"', "hotpotqa")),
            (("fields", "none.csv"), ("none.csv",)),
            (("fields", "two.csv"), ("two.csv", "2 records", "at least 3")),
            (("fields", "d.csv", "--target", "anser"), ('"anser"', "answer")),
            (("fields", "d.csv", "--inputs", "question,notes"), ('"notes"', "note")),
            (("fields", "other.jsonl"), ("other.jsonl:1", "--target FIELD")),
            (("gsm8k", "d.csv", "--target", "note"), ("--target", "fields")),
            (("gsm8k", "other.jsonl"), ("other.jsonl:", '"question" is missing')),
            (("math", "."), ("an object was expected",)),
            (("fields", "d.csv", "--corpus", "none.jsonl"), ("none.jsonl",)),
            (("fields", "d.csv", "--out", "no/such/folder.json"),
             ("no/such/folder.json", "no folder no/such")),
            (("fields", "d.csv", "d.csv"), ("d.csv", "named twice")),
            (("fields", "d.csv", "--corpus", "."), ("is a folder",)),
        )
        for args, words in bad:
            with self.subTest(args=args):
                self.assert_says(self.flowbot("init", *args, code=2), *words)
                self.assertFalse(os.path.exists(self.path(f"{args[0]}.json")))
        self.assert_says(self.flowbot("init", "fields", code=2), "usage: flowbot init")


if __name__ == "__main__":
    unittest.main()
