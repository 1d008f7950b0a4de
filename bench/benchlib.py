"""What the benchmark scripts share: running flowbot, tasks in scratch folders, paired bootstrap intervals."""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("FLOWBOT", ROOT / "build/release/flowbot"))
DATA = pathlib.Path(os.environ.get("FLOWBOT_DATA", ROOT / "../shared/data"))
ATLAS = ROOT / "examples/atlas"


def need_binary():
    if not BINARY.exists():
        sys.exit(f"{BINARY}: not built; run script/build first")


def scratch():
    """A folder that goes away with the program."""
    folder = tempfile.TemporaryDirectory(prefix="flowbot-bench-")
    return folder, pathlib.Path(folder.name)


def flowbot(*arguments, check=True):
    """Runs the program; returns its standard output."""
    done = subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True)
    if check and done.returncode != 0:
        sys.exit(f"flowbot {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


class Run:
    """A finished run: its facts, and the scores of start and best on every test example."""

    def __init__(self, task, store, seed=0, sets=(), extra=()):
        options = [f"--set={one}" for one in sets]
        lines = flowbot("run", task, "--json", "--review", "none", "--store", store, "--seed", seed, *options, *extra)
        self.events = [json.loads(line) for line in lines.splitlines()]
        self.facts = [event for event in self.events if "seq" in event]
        self.finished = self.facts[-1]
        assert self.finished["type"] == "run_finished", self.finished
        test = next(fact for fact in self.facts if fact["type"] == "test")
        self.start_scores = {row[0]: row[1] for row in test["examples"]}
        self.best_scores = {row[0]: row[2] for row in test["examples"]}
        self.workflow_path = self.finished["workflow"]

    def current_workflow(self):
        """The last workflow, whatever validation says of it."""
        return [fact for fact in self.facts if fact["type"] == "workflow"][-1]["workflow"]


def evaluate(task, workflow, split="test"):
    """Scores by example of a workflow's file."""
    result = json.loads(flowbot("eval", task, "--workflow", workflow, "--split", split, "--json"))
    return dict(map(tuple, result["examples"]))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def mean_by_example(runs):
    """The mean over runs of each example's score."""
    return {name: mean(run[name] for run in runs) for name in runs[0]}


def paired_interval(a, b, resamples=10000, seed=1):
    """Mean of a - b over examples and its 95 % percentile bootstrap interval (examples are resampled)."""
    differences = [a[name] - b[name] for name in sorted(a) if a[name] is not None and b.get(name) is not None]
    generator = random.Random(seed)
    count = len(differences)
    means = sorted(sum(generator.choices(differences, k=count)) / count for _ in range(resamples))
    return sum(differences) / count, means[int(0.025 * resamples)], means[int(0.975 * resamples) - 1]


def interval_text(a, b):
    middle, low, high = paired_interval(a, b)
    return f"{100 * middle:+6.1f}  [{100 * low:+.1f}, {100 * high:+.1f}]"


def hotpotqa_task(folder, permute=None):
    """A task over the real sample: 60 + 90 training records to learn from and to validate, dev to test."""
    train = DATA / "hotpotqa/hotpot_train_v1.1.sample.json"
    test = DATA / "hotpotqa/hotpot_dev_distractor_v1.sample.json"
    if not train.exists():
        return None
    records = json.loads(train.read_text())
    if permute is not None:
        records = permute_answers(records, permute)
    (folder / "train.json").write_text(json.dumps(records))
    shutil.copy(test, folder / "test.json")
    task = {
        "task": "Answer the question.",
        "data": {
            "format": "hotpotqa",
            "train": {"file": "train.json", "range": [0, 60]},
            "validation": {"file": "train.json", "range": [60, 150]},
            "test": "test.json",
        },
        "inputs": ["question", "paragraphs"],
        "metric": "f1",
        "models": {"executor": {"model": "builtin"}, "meta": {"model": "builtin"}},
    }
    path = folder / "task.json"
    path.write_text(json.dumps(task))
    return path


def atlas_task(folder, permute=None, alt=False, meta=None):
    """A copy of examples/atlas's task; `permute` shuffles the answers of train and validation with that seed."""
    questions = json.loads((ATLAS / "atlas.json").read_text())
    if permute is not None:
        questions[:300] = permute_answers(questions[:300], permute)
    task = json.loads(strip_comments((ATLAS / "task.json").read_text()))
    if alt:
        shutil.copy(ATLAS / "corpus_alt.jsonl", folder / "corpus.jsonl")
        alternatives = json.loads((ATLAS / "atlas_alt.json").read_text())
        questions[300:] = alternatives
    else:
        shutil.copy(ATLAS / "corpus.jsonl", folder / "corpus.jsonl")
    (folder / "atlas.json").write_text(json.dumps(questions))
    if meta is not None:
        task["models"]["meta"] = meta
    path = folder / "task.json"
    path.write_text(json.dumps(task))
    return path


def strip_comments(text):
    """Removes // comments that stand outside of strings."""
    out, inside, i = [], False, 0
    while i < len(text):
        if not inside and text.startswith("//", i):
            i = text.find("\n", i)
            continue
        if text[i] == '"' and text[i - 1] != "\\":
            inside = not inside
        out.append(text[i])
        i += 1
    return "".join(out)


def permute_answers(records, seed):
    """The same records with the answers shuffled among them."""
    answers = [record["answer"] for record in records]
    random.Random(seed).shuffle(answers)
    return [{**record, "answer": answer} for record, answer in zip(records, answers)]
