"""Review by files: list, apply, go on."""

import json
import unittest

from harness import Case


class Review(Case):
    def waiting(self, *args):
        result = self.run_json(*args, code=1)
        self.assert_says(result, "a proposal waits", f"flowbot review {result.run} --list",
                         "--apply FILE", f"flowbot resume {result.run}")
        self.assertEqual(result.of("stopped")[0]["pending"]["proposal"], 1)
        self.assertFalse(result.of("run_finished"))
        self.assertEqual(json.loads(self.flowbot("runs", "--json").out)["state"], "waiting")
        return result

    def pending(self, run):
        return json.loads(self.flowbot("review", run, "--list", "--json").out)

    def decide(self, run, code=0, **decision):
        return self.flowbot("review", run, "--apply", self.write("decision.json", decision), code=code)

    def to_the_end(self, run, decide):
        """Decides until the run is done; the last sitting's result, and how often."""
        for times in range(1, 100):
            decide(run, self.pending(run))
            result = self.resume_json(run, code=None)
            if result.code == 0:
                return result, times
            self.assertEqual(result.code, 1, result.err)
        self.fail("no end")

    def test_list(self):
        run = self.waiting("--review", "all").run
        pending = self.pending(run)
        for name in ("proposal", "kind", "changes", "diff", "workflow", "evidence"):
            self.assertIn(name, pending)
        self.assertEqual(pending["kind"], "sketch")
        text = self.flowbot("review", run).out
        self.assertEqual(text, self.flowbot("review", run, "--list").out)
        self.assertTrue(text.startswith("proposal 1 (structure)\n"))
        for change in pending["changes"]:
            self.assertIn(change, text.replace("\n    ", " "))

    def test_accept_all(self):
        whole = self.run_json("--store", self.path("other")).facts
        run = self.waiting("--review", "all").run
        last, times = self.to_the_end(
            run, lambda run, p: self.decide(run, proposal=p["proposal"], decision="accept"))
        decisions = last.of("decision")
        self.assertEqual(len(decisions), times)
        self.assertEqual({d["who"] for d in decisions}, {"person"})
        self.assertEqual(last.facts[-1]["workflow_id"], whole[-1]["workflow_id"])
        self.assert_says(self.flowbot("review", run, code=2), "no proposal waits")

    def test_structure_rejected(self):
        run = self.waiting("--review=structure").run
        last, times = self.to_the_end(run, lambda run, p: self.decide(
            run, proposal=p["proposal"], decision="reject", reason="one step is enough"))
        rejected = [d for d in last.of("decision") if d["what"] == "reject"]
        self.assertEqual(len(rejected), times)
        self.assertEqual({d["reason"] for d in rejected}, {"one step is enough"})
        with open(last.facts[-1]["workflow"], encoding="utf-8") as file:
            self.assertEqual(len(json.load(file)["nodes"]), 1)

    def test_edit(self):
        run = self.waiting("--review", "structure").run
        workflow = self.pending(run)["workflow"]
        workflow["nodes"][-1]["prompt"] = "A prompt by hand."
        self.decide(run, proposal=1, decision="edit", workflow=workflow)
        result = self.resume_json(run, code=None)
        edited = [d for d in result.of("decision") if d["what"] == "edit"]
        self.assertEqual(len(edited), 1)
        self.assertIn("A prompt by hand.", result.out)

    def test_resume_before_the_decision(self):
        first = self.waiting("--review", "all")
        again = self.resume_json(first.run, code=1)
        self.assert_says(again, "a proposal waits")
        self.assert_same_run(first.facts, again.facts)

    def test_bad_files(self):
        run = self.waiting("--review", "all").run
        self.assert_says(self.flowbot("review", run, "--apply", "no.json", code=2), "no.json")
        self.assert_says(self.flowbot("review", run, "--apply", self.folder, code=2), self.folder)
        self.write("decision.json", '{ "proposal": 1,\n  "decision" "accept" }')
        self.assert_says(self.flowbot("review", run, "--apply", "decision.json", code=2),
                         "decision.json:2:")
        self.assert_says(self.decide(run, 2, proposal=2, decision="accept"), "proposal 1 does")
        self.assert_says(self.decide(run, 2, proposal=1, decision="reject"), "reason")
        self.assert_says(self.decide(run, 2, proposal=1, decision="\x1b[2J"), "accept, reject or edit")
        self.assertEqual(self.pending(run)["proposal"], 1)

    def test_decided_already(self):
        run = self.waiting("--review", "all").run
        self.assertNotIn("decided", self.pending(run))
        self.assertTrue(all(gradient["text"] for gradient in self.pending(run)["gradients"]))
        self.decide(run, proposal=1, decision="accept")
        self.assertEqual(self.pending(run)["decided"]["decision"], "accept")
        self.assertIn("decided already: accept", self.flowbot("review", run).out)
        self.assert_says(self.decide(run, 2, proposal=1, decision="accept"), "was decided already")
        both = self.flowbot("review", run, "--list", "--apply", self.path("decision.json"), code=2)
        self.assert_says(both, "give one of them")

    def test_nothing_waits(self):
        run = self.run_json().run
        self.assert_says(self.flowbot("review", run, code=2), run, "no proposal waits")
        self.assert_says(self.decide(run, 2, proposal=1, decision="accept"), "no proposal waits")


if __name__ == "__main__":
    unittest.main()
