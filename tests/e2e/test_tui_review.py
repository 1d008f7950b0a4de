"""Decisions in the interface by keys alone: accepted, declined with a reason, edited, undone, and what the run made of them."""

import json
import os
import sys
import unittest

from harness import BINARY, REPORTS, SOURCE, Case

sys.path.insert(0, os.path.join(SOURCE, "tests", "ui", "pty"))
import vterm  # noqa: E402


class Review(Case):
    def open(self, *args, width=80, height=24, editor="true"):
        script = self.write("editor.sh", "#!/bin/sh\n%s\n" % editor)
        os.chmod(script, 0o755)
        env = {**self.env, "TERM": "xterm-256color", "EDITOR": script}
        env.pop("VISUAL", None)
        terminal = vterm.Terminal([BINARY, *args], env, width, height, self.folder)
        self.addCleanup(terminal.close)
        terminal.wait("WAITS FOR YOU", 60)
        terminal.send("r")
        terminal.wait("proposal ")
        return terminal

    def leave(self, terminal):
        """Leaves the run where it is; its facts."""
        terminal.send("ql")
        self.assertIn(terminal.end(60), (0, 1, 130), terminal.text())
        for report in REPORTS:
            self.assertNotIn(report.encode(), terminal.raw)
        return self.flowbot("resume", "last", "--json", code=None)

    def waits_for(self, terminal, ordinal):
        terminal.wait("proposal %d:" % ordinal, 60)
        terminal.wait("waits for you", 60)

    def test_accept_decline_undo(self):
        terminal = self.open("run", self.task, "--review", "all")
        listed = json.loads(self.flowbot("review", "last", "--json").out)  # beside the process that has the run
        self.assertEqual(listed["proposal"], 1)
        self.assertEqual(json.loads(self.flowbot("runs", "--json").out)["state"], "waiting")
        terminal.send("a")
        terminal.wait("Accept proposal 1 as it is?")
        terminal.send("\r")  # nothing is final by default
        terminal.wait("nothing is final yet")
        terminal.send("u")
        terminal.wait("undecided")
        terminal.send("xnames are what is asked for\r")
        terminal.wait("Decline proposal 1?")
        terminal.send("c")
        self.waits_for(terminal, 2)
        terminal.send("ac")
        self.waits_for(terminal, 3)
        decisions = self.leave(terminal).of("decision")
        self.assertEqual([(d["what"], d["who"]) for d in decisions], [("reject", "person"), ("accept", "person")])
        self.assertEqual(decisions[0]["reason"], "names are what is asked for")
        terminal = self.open("resume", "last", width=200, height=60)  # it waits there as before
        self.waits_for(terminal, 3)
        self.leave(terminal)

    def test_trace_with_the_change(self):
        """What a change does to an example is seen before it is decided, and what the example was before."""
        terminal = self.open("run", self.task, "--review", "all", width=120, height=40)
        terminal.wait("What it does to the batch")
        terminal.send("\t\r")  # the first example of the evidence
        terminal.wait("with proposal 1")
        terminal.wait("Expected:")
        terminal.send("D")
        terminal.wait("D goes back to batch 1 with proposal 1")
        terminal.send("D")
        terminal.wait("this is batch 1 with proposal 1")
        terminal.send("\x1b")
        terminal.wait("waits for you")
        terminal.send("xno\rc")
        self.waits_for(terminal, 2)
        terminal.send("4\x1b")
        terminal.wait("evidence")
        terminal.wait("declined")  # its pass is still there
        self.leave(terminal)

    def test_edit_a_prompt(self):
        terminal = self.open("run", self.task, "--review", "prompts", editor="echo 'Name it, no more.' >> \"$1\"")
        terminal.send("E")
        terminal.wait("edited and taken")
        terminal.wait("Name it, no more.")
        terminal.send("u")
        terminal.wait("Name it", gone=True)
        terminal.send("\x12AC")  # redone, the rest taken
        terminal.wait("as you edited it")
        terminal.send("c6")
        terminal.wait("prompts edited by you", 60)
        run = self.leave(terminal)
        self.assertIn("edit", [d["what"] for d in run.of("decision")])
        prompts = [node["prompt"] for w in run.of("workflow") for node in w["workflow"]["nodes"]]
        self.assertTrue(any(prompt.endswith("Name it, no more.") for prompt in prompts), prompts)

    def test_what_is_typed_for_the_editor_decides_nothing(self):
        terminal = self.open("run", self.task, "--review", "prompts", editor="sleep 1")
        terminal.send("EACc\r")
        terminal.pump(1.5)
        terminal.wait("waits for you")
        self.assertEqual([d for d in self.leave(terminal).of("decision") if d["who"] == "person"], [])

    def test_edit_one_of_many(self):
        """A split, a choice and an edit: each about one change alone."""
        terminal = self.open("run", os.path.join(SOURCE, "examples", "towns", "towns.json"), "--review", "all")
        terminal.send("Js")
        terminal.wait("Change 2/7: 7 undecided")
        terminal.send("  J  Je\x15## Way\r")
        terminal.wait("edited and taken; 4 of 7 changes are undecided")
        terminal.wait("Change 4/7: 4 undecided, 1 taken, 2 left out")
        terminal.send("a")
        terminal.wait("Of 7 changes 1 taken, 2 left out. What of the 4 undecided?")
        terminal.send("a")
        terminal.wait("Accept proposal 1 as you edited it, 5 of its 7 changes?")
        terminal.send("c")
        self.waits_for(terminal, 2)
        run = self.leave(terminal)
        edited = [w["workflow"]["nodes"][0]["prompt"] for w in run.of("workflow")][1]
        self.assertIn("## Way\n- ", edited)
        self.assertNotIn("Labelled parts", edited)
        self.assertNotIn("## Input format", edited)

    def test_edit_a_sketch(self):
        """What is wrong is said, at its line, and mended in a second round."""
        editor = ("grep -q '^//! ' \"$1\" && exec sed -i -e 's/\"nowhere\"/\"question\"/' \"$1\"\n"
                  "sed -i -e 's/\\[\"question\"/[\"nowhere\"/' \"$1\"")
        terminal = self.open("run", self.task, "--review", "structure", editor=editor)
        terminal.send("E")
        terminal.wait("This cannot be used")
        terminal.wait("nowhere")
        terminal.send("e")
        terminal.wait("edited and taken")
        terminal.send("AC")
        terminal.wait("as you edited it")
        terminal.send("c6")
        terminal.wait("structure edited by you", 60)
        self.assertIn("edit", [d["what"] for d in self.leave(terminal).of("decision")])


if __name__ == "__main__":
    if vterm.LIB is None:
        print("ALL SKIPPED: libvterm is not installed (script/packages test)")
    else:
        unittest.main()
