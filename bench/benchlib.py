"""What the benchmark scripts share: running flowbot, tasks in scratch folders, paired bootstrap intervals."""

import contextlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
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
    """A folder that goes away with the program; search indexes are kept there too."""
    folder = tempfile.TemporaryDirectory(prefix="flowbot-bench-")
    os.environ["FLOWBOT_CACHE"] = os.path.join(folder.name, "cache")
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

    def best_workflow(self):
        return json.loads(pathlib.Path(self.workflow_path).read_text())

    def gain(self):
        return self.finished["test"] - self.finished["start_test"]

    def tried(self):
        """How many different workflows were validated, the start apart."""
        start = next(fact for fact in self.facts if fact["type"] == "baseline")["workflow"]
        return len({fact["workflow"] for fact in self.facts if fact["type"] == "validation"} - {start})

    def changes(self):
        """What the accepted proposals that led to the best workflow say that they changed, in order."""
        best = self.finished["workflow_id"]
        until = max((f["seq"] for f in self.facts if f["type"] == "workflow" and f["id"] == best), default=0)
        taken = {f["proposal"] for f in self.facts if f["type"] == "decision" and f["what"] == "accept"}
        proposals = [f for f in self.facts if f["type"] == "proposal" and f["seq"] < until and f["ordinal"] in taken]
        return [change for fact in proposals for change in change_texts(fact["changes"])]


def change_texts(changes):
    """The texts in a proposal's changes, however they are grouped by node."""
    if isinstance(changes, str):
        return [changes]
    return [text for one in (changes.values() if isinstance(changes, dict) else changes) for text in change_texts(one)]


def prompts_of(workflow):
    return "\n".join(node.get("prompt") or "" for node in workflow["nodes"])


def shape_of(workflow):
    """The wiring without the prompts: who of which kind reads what."""
    return sorted((node["id"], node["kind"], tuple(node["inputs"]), tuple(node.get("tools") or ()))
                  for node in workflow["nodes"])


def write_workflow(path, workflow):
    path.write_text(json.dumps({"nodes": workflow["nodes"]}))
    return path


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


def hotpotqa_task(folder, permute=None, how="all", meta=None):
    """A task over the real sample: 60 + 90 training records to learn from and to validate, dev to test."""
    train = DATA / "hotpotqa/hotpot_train_v1.1.sample.json"
    test = DATA / "hotpotqa/hotpot_dev_distractor_v1.sample.json"
    if not train.exists():
        return None
    records = json.loads(train.read_text())
    if permute is not None:
        records = permuted(records, 60, permute, how)
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
        "models": {"executor": {"model": "builtin"}, "meta": meta or {"model": "builtin"}},
    }
    path = folder / "task.json"
    path.write_text(json.dumps(task))
    return path


def atlas_task(folder, permute=None, alt=False, meta=None, how="all", sizes=(150, 150, 300)):
    """A copy of examples/atlas's task; `permute` shuffles the answers to learn from with that seed, see permuted(); `sizes`:
    how many examples of each split are used."""
    questions = json.loads((ATLAS / "atlas.json").read_text())
    if permute is not None:
        questions[:300] = permuted(questions[:300], 150, permute, how)
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
    for split, size in zip(("train", "validation", "test"), sizes):
        begin = task["data"][split]["range"][0]
        task["data"][split]["range"] = [begin, begin + size]
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


def permuted(records, train, seed, how):
    """Shuffled targets. all: among training and validation together; train: of training alone (the first `train` records),
    validation stays true; kind: as all, but a year goes to a question about a year, a name to one about a name, …"""
    if how == "train":
        return permute_answers(records[:train], seed) + records[train:]
    if how == "all":
        return permute_answers(records, seed)
    groups = {}
    for i, record in enumerate(records):
        groups.setdefault(answer_kind(record["answer"]), []).append(i)
    out = list(records)
    for kind, members in sorted(groups.items()):
        for i, record in zip(members, permute_answers([records[i] for i in members], seed)):
            out[i] = record
    return out


def answer_kind(answer):
    if answer.lower() in ("yes", "no"):
        return "yes or no"
    if answer.isdigit() and len(answer) == 4:
        return "year"
    if any(c.isdigit() for c in answer):
        return "date" if any(word[:1].isupper() for word in answer.split()) else "number"
    return "name" if answer[:1].isupper() else "words"


def stored_texts(run):
    """The long texts of a run by their ids, out of its store (schema.c: kind 5 is STORE_TEXT)."""
    path = pathlib.Path(run.workflow_path.replace(".workflow.json", ".flowbot"))
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        rows = store.execute("SELECT key, body FROM record JOIN body USING (n) WHERE kind = 5").fetchall()
    return {key.hex(): body.decode() for key, body in rows}
