"""Is what a run learns there in its data? Does the signal survive depth? bench/honesty and bench/depth, small.

usage: FLOWBOT=…/flowbot test_honesty.py [-v] [permuted|counter|advice|depth]…
"""

import concurrent.futures
import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest

BENCH = pathlib.Path(__file__).resolve().parents[3] / "bench"
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True

import benchlib as bench  # noqa: E402
import countertask  # noqa: E402


def script(name):
    """A bench program, as a module."""
    loader = importlib.machinery.SourceFileLoader(f"bench_{name}", str(BENCH / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


class Scratch(unittest.TestCase):
    def setUp(self):
        keep, self.folder = bench.scratch()
        self.addCleanup(keep.cleanup)

    def run_all(self, tasks, sets=(), extra=()):
        """One run a task, seeds 0, 1, …, two at a time."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda seed: bench.Run(tasks[seed], tasks[seed].parent / "store", seed, sets, extra),
                                 range(len(tasks))))

    def atlas(self, name, **options):
        where = self.folder / name
        where.mkdir()
        return bench.atlas_task(where, **options)

    def gain(self, runs):
        """induced − start over the seeds: mean, low, high."""
        return bench.paired_interval(bench.mean_by_example([run.best_scores for run in runs]),
                                     bench.mean_by_example([run.start_scores for run in runs]))


class Permuted(Scratch):
    SIZES = (30, 30, 60)

    def test_true_targets_gain(self):
        """Without this the next tests could not fail."""
        runs = self.run_all([self.atlas(f"true-{seed}", sizes=self.SIZES) for seed in range(2)])
        self.assertGreater(self.gain(runs)[1], 0)

    def test_permuted_targets_gain_nothing(self):
        runs = self.run_all([self.atlas(f"all-{seed}", sizes=self.SIZES, permute=seed) for seed in range(4)])
        self.assertLessEqual(self.gain(runs)[1], 0)

    def test_permuted_training_targets_alone_gain_nothing(self):
        runs = self.run_all([self.atlas(f"train-{seed}", sizes=self.SIZES, permute=seed, how="train") for seed in range(4)])
        self.assertLessEqual(self.gain(runs)[1], 0)


class Counter(Scratch):
    SIZES = (20, 20, 40)

    def induce(self, wanted):
        where = self.folder / wanted
        where.mkdir()
        task = countertask.write_task(where, wanted, self.SIZES)
        return task, bench.Run(task, where / "store", 1)

    def test_the_counter_task_is_the_same_every_time(self):
        one, other = self.folder / "one", self.folder / "other"
        one.mkdir()
        other.mkdir()
        countertask.write_task(one)
        countertask.write_task(other)
        for name in ("cards.json", "corpus.jsonl"):
            self.assertEqual((one / name).read_bytes(), (other / name).read_bytes())

    def test_whole_sentences_want_one_search_and_no_short_span(self):
        task, run = self.induce("sentence")
        workflow = run.best_workflow()
        self.assertGreater(self.gain([run])[1], 0)
        self.assertEqual(sum(node["kind"] == "tool" for node in workflow["nodes"]), 1)
        self.assertNotIn("shortest exact answer span", bench.prompts_of(workflow))
        two_hops = bench.evaluate(task, BENCH / "workflows/two-hop.json")
        self.assertGreater(bench.paired_interval(run.best_scores, two_hops)[1], 0)

    def test_titles_want_their_own_instruction_and_no_search(self):
        task, run = self.induce("title")
        workflow = run.best_workflow()
        self.assertGreater(self.gain([run])[1], 0)
        self.assertEqual(sum(node["kind"] == "tool" for node in workflow["nodes"]), 0)
        self.assertIn("title of the supporting passage", bench.prompts_of(workflow))

    def test_atlas_wants_what_the_counter_task_does_not(self):
        run = self.run_all([self.atlas("atlas", sizes=(30, 30, 60))])[0]
        task, counter = self.induce("sentence")
        lost = bench.evaluate(task, run.workflow_path)
        self.assertGreater(bench.paired_interval(counter.best_scores, lost)[1], 0)
        self.assertIn("shortest exact answer span", bench.prompts_of(run.best_workflow()))


class Advice(Scratch):
    def test_the_last_workflow_falls_behind_the_best_by_validation(self):
        """From a workflow that is worth spoiling, prompts only, so that few batches show it; bench/honesty has it whole. Some
        seeds mend what they spoiled: the mean of eight counts."""
        tasks = [self.atlas(f"bad-{seed}", sizes=(15, 12, 40), meta={"model": "builtin", "bad_advice": 0.5})
                 for seed in range(8)]
        runs = self.run_all(tasks, ["optimizer.outer=off"], ["--start", BENCH / "workflows/two-hop.json"])
        last = [bench.evaluate(task, bench.write_workflow(task.parent / "last.json", run.current_workflow()))
                for task, run in zip(tasks, runs)]
        best = bench.mean_by_example([run.best_scores for run in runs])
        self.assertGreater(bench.paired_interval(best, bench.mean_by_example(last))[1], 0)
        for run in runs:
            validations = [fact["score"] for fact in run.facts if fact["type"] == "validation"]
            self.assertEqual(run.finished["validation"], max([run.finished["start_validation"]] + validations))


class Depth(Scratch):
    def test_only_back_propagated_gradients_name_a_fault_at_the_first_step(self):
        depth = script("depth")
        task = depth.make_task(self.folder, 12)
        for steps in (2, 5):
            with self.subTest(steps=steps):
                chain = depth.chain(steps, "mixed", True)
                back = depth.measure(task, self.folder, 0, "backprop", chain)
                broadcast = depth.measure(task, self.folder, 0, "broadcast", chain)
                self.assertGreaterEqual(back["failing"], 10)
                self.assertGreaterEqual(back["named"], 0.8 * back["failing"])
                self.assertEqual(back["blamed"], 0, "steps that are in order are blamed")
                self.assertTrue(back["mended"])
                self.assertGreater(back["after"], back["before"])
                self.assertLess(broadcast["named"], 0.5 * back["named"])

    def test_without_the_fault_fewer_gradients_name_it(self):
        depth = script("depth")
        task = depth.make_task(self.folder, 12)
        rows = [depth.measure(task, self.folder, 0, "backprop", depth.chain(3, "mixed", fault)) for fault in (True, False)]
        self.assertLess(rows[1]["named"], rows[0]["named"])
        self.assertGreater(rows[1]["before"], rows[0]["before"])


CASES = {"permuted": Permuted, "counter": Counter, "advice": Advice, "depth": Depth}

if __name__ == "__main__":
    bench.need_binary()
    chosen = [CASES[name] for name in sys.argv[1:] if name in CASES] or CASES.values()
    unknown = [name for name in sys.argv[1:] if name not in CASES and not name.startswith("-")]
    if unknown:
        sys.exit(f"unknown case {unknown[0]}; known are {', '.join(CASES)}")
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    suite = unittest.TestSuite(load(case) for case in chosen)
    result = unittest.TextTestRunner(verbosity=2 if "-v" in sys.argv else 1).run(suite)
    sys.exit(not result.wasSuccessful())
