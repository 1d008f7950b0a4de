"""The real binary in a terminal: a run in the interface from start to end, left, gone on with, replayed and watched."""

import json
import os
import re
import signal
import sys
import unittest

from harness import BINARY, REPORTS, SOURCE, Case

sys.path.insert(0, os.path.join(SOURCE, "tests", "ui", "pty"))
import vterm  # noqa: E402

LONG = {"optimizer": {"epochs": 1000, "rounds": 2, "inner_steps": 2}}


class Tui(Case):
    def open(self, *args, width=80, height=24, **env):
        terminal = vterm.Terminal(
            [BINARY, *args], {**self.env, "TERM": "xterm-256color", **env}, width, height, self.folder)
        self.addCleanup(terminal.close)
        return terminal

    def ends(self, terminal, code):
        self.assertEqual(terminal.end(60), code, terminal.text())
        for report in REPORTS:
            self.assertNotIn(report.encode(), terminal.raw)
        self.assertTrue(terminal.is_restored(), terminal.raw[-300:])
        # nothing is drawn any more once the screen was given back
        self.assertNotIn(b"\x1b[?2026h", terminal.raw.split(b"?1049l", 1)[-1])
        # everything that was said comes after the screen was given back
        said = terminal.raw.split(b"\x1b[?1049l")[-1].decode()
        return re.sub("\x1b[^a-zA-Z>]*[a-zA-Z>]", "", said).replace("\r", "")

    def wait_for_work(self, terminal):
        """The run is in a batch (there may be hundreds a second)."""
        for _ in range(1000):
            if re.search(r" b(atch )?\d+/", terminal.rows()[0]):
                return
            terminal.pump(0.02)
        self.fail(terminal.text())

    def state(self):
        return json.loads(self.flowbot("runs", "--json").out.splitlines()[0])["state"]

    def leave(self, terminal, code=130):
        terminal.send("q")
        terminal.wait("leave: flowbot resume goes on")
        terminal.send("l")
        return self.ends(terminal, code)

    def test_run_to_its_end(self):
        terminal = self.open("run", self.task, "--review", "none")
        terminal.wait("flowbot ")
        terminal.wait("DONE", 60)
        self.assertIsNone(terminal.status)  # it stays
        terminal.send("q")
        said = self.ends(terminal, 0)
        self.assertIn("done after", said)
        self.assertIn("run ", said)
        self.assertEqual(self.state(), "done")

    def test_why_an_example_failed(self):
        """From the run to the line of a prompt, by the keys that the screens hint at."""
        terminal = self.open("run", self.task, "--review", "none")
        terminal.wait("DONE", 60)
        terminal.send("4")
        terminal.wait("x next failed")
        for _ in range(10):  # to a pass of an inner step, whose gradients are of prompts
            if re.search(r"round \d+ step [2-9]", terminal.rows()[2]):
                break
            terminal.send("K")
            terminal.pump(0.3)
        terminal.send("x")
        terminal.send("\r")
        terminal.wait("Expected:")
        terminal.wait("b backward")
        terminal.send("b")
        terminal.wait("Backward")
        terminal.wait("Change")
        terminal.send("\r")  # the node of this gradient; its prompt, where the gradient led to a change of it
        terminal.wait("prompt revision")
        for _ in range(10):
            terminal.pump(1)
            if " came with proposal " in terminal.text():
                break
            terminal.send(",")  # the tab beside its gradients
        terminal.wait(" came with proposal ")
        self.assertRegex(terminal.text(), r"(?m)^ *\d+ +#\d+ +\S")  # a line and the proposal that it came with
        terminal.send("\r")
        terminal.wait("gradient")
        for _ in range(20):  # Esc and q at once would be Alt-q: what Esc did is waited for
            if re.search("(?m)^pass +for +score", terminal.text()):
                break
            terminal.send("\x1b")
            terminal.pump(0.3)
        terminal.wait("pass  ")
        terminal.send("q")
        self.ends(terminal, 0)

    def test_what_a_waiting_run_tells(self):
        """While a proposal waits and after a stop: the counts of the nodes, and nothing left over of a pass."""
        terminal = self.open("run", self.task, "--review", "all")
        terminal.wait("WAITS FOR YOU", 60)
        terminal.send("1")
        for _ in range(100):  # the validation goes on meanwhile
            terminal.pump(0.1)
            if re.match(r"──Graph─+│", terminal.rows()[2]):
                break
        self.assertRegex(terminal.rows()[2], r"^──Graph─+│")
        self.assertRegex(terminal.text(), r"(?m)^. +?answer +\d+ .*! ?│")
        terminal.send("p")
        terminal.wait("p goes on")
        terminal.send("p")
        terminal.wait("p goes on", gone=True)
        terminal.send("q")
        terminal.wait("stop: test and keep the best")
        terminal.send("s")
        terminal.wait("DONE", 60)
        terminal.send("8")
        terminal.wait("stopping: the search ends here")
        terminal.send("1")
        terminal.wait("finished: stopped")
        self.assertRegex(terminal.text(), r"(?m)^. +?answer +\d+ ")
        terminal.send("q")
        self.ends(terminal, 0)

    def test_a_task_that_takes_long_to_read(self):
        """The screen is there meanwhile; what is wrong with the task is said behind it."""
        slow = {"tools": {"files": {"type": "mcp", "command": ["sleep", "1"]}}}
        terminal = self.open("run", self.write_task(**slow))
        terminal.wait("reading ")
        terminal.send("p")
        terminal.wait("the run has not begun yet")
        terminal.send("8")
        terminal.wait("What happened")
        self.assertIn("tools.files: MCP: ", self.ends(terminal, 2))
        slow["tools"]["files"]["command"] = ["sleep", "60"]
        terminal = self.open("run", self.write_task(**slow))
        terminal.wait("reading ")
        terminal.send("q")
        self.assertIn("left before the run began", self.ends(terminal, 130))
        self.assertEqual(self.flowbot("runs", "--json").out, "")

    def test_what_is_wrong_at_once_needs_no_screen(self):
        terminal = self.open("run", self.write_task(metric="f1x"))
        self.assertEqual(terminal.end(60), 2)
        self.assertNotIn(b"?1049h", terminal.raw)
        self.assertIn(b"unknown metric", terminal.raw)

    def test_leave_and_go_on(self):
        self.task = self.write_task(**LONG)
        terminal = self.open("run", self.task, "--review", "none")
        self.wait_for_work(terminal)
        said = self.leave(terminal)
        self.assertIn("flowbot: interrupted; flowbot resume", said)
        self.assertEqual(self.state(), "stopped")
        terminal = self.open("resume", "last")
        self.wait_for_work(terminal)
        for i in range(100):  # resized all the time
            terminal.resize(20 + i * 13 % 180, 6 + i * 7 % 50)
            terminal.pump(0.005)
        terminal.resize(100, 30)
        terminal.wait("? help  q quit", 20)
        terminal.send("\x03")
        terminal.wait("go on")
        terminal.send("\x03")
        self.ends(terminal, 130)

    def click(self, terminal, words, button=0):
        """Presses the button where these words stand."""
        for y, row in enumerate(terminal.rows()):
            if words in row:
                terminal.send(f"\x1b[<{button};{row.index(words) + 1};{y + 1}M")
                return
        self.fail(terminal.text())

    def test_with_the_mouse(self):
        """An entry of the palette, a pane under the pointer, an answer of a question."""
        terminal = self.open("run", self.task, "--review", "all")
        terminal.wait("WAITS FOR YOU", 60)
        terminal.send(":set mouse on\r")
        terminal.wait("mouse on")
        terminal.send("?screen-hist")
        terminal.wait("history: batches and decisions")
        self.click(terminal, "history: batches")
        self.click(terminal, "history: batches")
        terminal.wait("proposal 1")
        self.click(terminal, "5 Review")
        terminal.wait("\u2500Change 1/")
        before = terminal.text()
        self.click(terminal, "What the meta model says", 65)  # the wheel, downwards
        terminal.wait("What the meta model says", gone=True)
        self.assertEqual(terminal.rows()[:8], before.split("\n")[:8])
        terminal.send("q")
        terminal.wait("leave: flowbot resume goes on")
        self.click(terminal, "leave: flowbot resume")
        self.ends(terminal, 1)

    def test_another_process_takes_over(self):
        self.task = self.write_task(**LONG)
        first = self.open("run", self.task, "--review", "none")
        self.wait_for_work(first)
        second = self.open("attach", "last")
        said = self.ends(first, 0)
        self.assertIn("another process has the run now: flowbot watch", said)
        self.assertNotIn("interrupted", said)
        self.wait_for_work(second)
        self.leave(second)

    def test_stop_and_keep_the_best(self):
        self.task = self.write_task(**LONG)
        terminal = self.open("run", self.task, "--review", "none")
        self.wait_for_work(terminal)
        terminal.send("qs")
        terminal.wait("DONE", 60)
        terminal.send("q")
        said = self.ends(terminal, 0)
        self.assertRegex(said, r"test +0\.\d+ → 0\.\d+")

    def test_signals(self):
        self.task = self.write_task(**LONG)
        for number in (signal.SIGTERM, signal.SIGINT):
            terminal = self.open("run", self.task, "--review", "none")
            self.wait_for_work(terminal)
            terminal.kill(number)
            self.ends(terminal, 130)
            self.assertEqual(self.state(), "stopped")

    def test_a_proposal_waits(self):
        """In the interface a change of the workflow waits for the person, who may leave it waiting."""
        terminal = self.open("run", self.task)
        terminal.wait("WAITS FOR YOU", 60)
        terminal.pump(0.3)
        self.assertIsNone(terminal.status)
        terminal.send("M")
        terminal.wait("review all")
        self.assertIn("a proposal waits for a decision", self.leave(terminal, 1))

    def test_replay(self):
        run = self.run_json("--review", "none").run
        terminal = self.open("replay", run, "--speed", "64")
        terminal.wait("REPLAY 64x")
        terminal.send("p")
        terminal.wait("REPLAY PAUSED")
        terminal.send("%50\r7")
        terminal.wait(" done, 0 failed")
        terminal.send("%100\r")
        terminal.wait("100%")
        terminal.send("q")
        self.assertEqual(self.ends(terminal, 0).strip(), "")

    def test_watch_a_run_that_waits(self):
        """Whatever became of its process: it waits, as flowbot runs says."""
        self.flowbot("run", self.task, "--review", "all", "--headless", code=1)
        self.assertEqual(self.state(), "waiting")
        terminal = self.open("watch", "last")
        terminal.wait("WAITING")
        terminal.send("q")
        self.ends(terminal, 0)
        run = self.open("run", self.task, "--review", "all")
        run.wait("WAITS FOR YOU", 60)
        run.kill(signal.SIGKILL)
        run.end()
        self.assertEqual(self.state(), "waiting")
        terminal = self.open("watch", "last")
        terminal.wait("WAITING")
        terminal.wait("flowbot review")
        terminal.send("q")
        self.ends(terminal, 0)

    def test_watch_a_run_that_another_process_goes_on_with(self):
        self.task = self.write_task(**LONG)
        process, events = self.start_json("--review", "none", lines=8)
        terminal = self.open("watch", "last")
        terminal.wait("WATCH")
        process.kill()
        process.wait()
        terminal.wait("STOPPED", 20)
        terminal.wait("its process is gone")
        self.assertEqual(self.state(), "stopped")
        run = self.open("resume", "last")
        terminal.wait("STOPPED", 60, gone=True)
        terminal.wait("WATCH")
        terminal.send("q")
        self.ends(terminal, 0)
        self.leave(run)

    def test_watch_a_run_that_is_paused(self):
        self.task = self.write_task(**LONG)
        run = self.open("run", self.task, "--review", "none")
        self.wait_for_work(run)
        terminal = self.open("watch", "last")
        terminal.wait("WATCH")
        run.send("p")
        terminal.wait("WATCH: RUN PAUSED")
        run.send("p")
        terminal.wait("WATCH: RUN PAUSED", gone=True)
        terminal.send("q")
        self.ends(terminal, 0)
        self.leave(run)

    def test_crash_of_a_look(self):
        run = self.run_json("--review", "none").run
        terminal = self.open("replay", run)
        terminal.wait("REPLAY")
        terminal.kill(signal.SIGSEGV)
        terminal.end(60)
        said = terminal.raw.split(b"?1049l")[-1]
        self.assertIn(b"the same command shows it", said)
        self.assertNotIn(b"resume", said)

    @staticmethod
    def place_of(terminal):
        """Of the header, whose words become fewer as what stands beside them grows."""
        return re.search(r"b(?:atch )?(\d+/\d+).* (\d+) calls", terminal.rows()[0]).groups()

    def test_watch(self):
        self.task = self.write_task(**LONG)
        process, _ = self.start_json("--review", "none", lines=8)
        terminal = self.open("watch", "last")
        terminal.wait("WATCH")
        self.wait_for_work(terminal)
        terminal.send("p")
        terminal.wait("WATCH PAUSED, ")
        place = self.place_of(terminal)
        terminal.wait(r" new")
        terminal.pump(0.5)
        self.assertEqual(self.place_of(terminal), place)  # it stands still
        terminal.send("7")
        terminal.wait("executor")
        terminal.send("((")
        terminal.wait("WATCH PAUSED, ")
        terminal.send("p")
        terminal.wait("WATCH ")
        terminal.send("q")
        self.ends(terminal, 0)
        self.assertIsNone(process.poll())  # goes on without who watched
        process.send_signal(signal.SIGTERM)
        self.finish(process)

    def test_where_there_is_no_terminal(self):
        self.assert_says(self.flowbot("run", self.task, "--display=tui", code=2), "--display=tui",
                         "must be a terminal")
        self.assert_says(self.flowbot("run", self.task, "--display=gui", code=2), "none or auto was expected")
        self.assert_says(self.flowbot("run", self.task, "--display=tui", "--json", code=2), "one of them")
        run = self.flowbot("run", self.task, "--display=json").run
        self.assert_says(self.flowbot("replay", run, "--speed", "0", code=2), "--speed 0")
        self.assert_says(self.flowbot("replay", run, "--display=json", code=2), "auto, tui or plain")
        self.assert_says(self.flowbot("watch", run, "--display=tui", code=2), "must be a terminal")

    PLAIN = r"\A(\d+:\d\d:\d\d [ -~]+\n)+\Z"

    def test_looking_without_a_terminal(self):
        """A line for each thing that happened: of a replay at once, of a run that goes on to its end."""
        events = self.run_json("--review", "none")
        for command in ("replay", "watch"):
            said = self.flowbot(command, events.run).out
            self.assertRegex(said, self.PLAIN)
            self.assertIn("run %s begins" % events.run, said.splitlines()[0])
            self.assertIn("the run has ended (done)", said.splitlines()[-1])
            self.assertNotRegex(said, r"broken\n")  # what became of a proposal stands with it

    def test_watching_without_a_terminal(self):
        process = self.start("run", self.task, "--headless")
        while not self.flowbot("runs", "--json").out:
            self.assertIsNone(process.poll())
        said = self.flowbot("watch", "last").out
        self.finish(process)
        self.assertRegex(said, self.PLAIN)
        self.assertIn("the run has ended", said.splitlines()[-1])

    def test_looking_in_a_dumb_terminal(self):
        run = self.run_json("--review", "none").run
        for args, env in ((["--display=plain"], {}), ([], {"TERM": "dumb"})):
            terminal = self.open("replay", run, "--speed", "4096", *args, **env)
            self.assertEqual(terminal.end(60), 0)
            self.assertIn(b"the run has ended (done)", terminal.raw)
            self.assertNotIn(b"\x1b", terminal.raw)
        self.task = self.write_task(**LONG)
        process, _ = self.start_json("--review", "none", lines=8)
        terminal = self.open("watch", "last", TERM="dumb")
        while b"batch 1 of" not in terminal.raw:
            terminal.pump(0.05)
        terminal.send("\x03")
        self.assertEqual(terminal.end(60), 0)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        self.finish(process)

    def test_the_console_of_linux(self):
        """Its font has lines and half blocks; neither dots nor signs are sent."""
        terminal = self.open("run", self.task, "--review", "none", TERM="linux")
        terminal.wait("DONE", 60)
        terminal.send("6g")
        terminal.wait("proposal 1")
        terminal.send("q")
        self.ends(terminal, 0)
        drawn = terminal.raw.split(b"done after")[0].decode()
        self.assertIn("\u2500\u2500", drawn)
        self.assertNotRegex(drawn, "[\u2713-\u2718\u2605\u25cf\u256d-\u2570\u2800-\u28ff]")

    def test_terminals_that_are_not_able(self):
        """The run goes on without the interface."""
        for kind in ("dumb", "", "no-such-terminal"):
            terminal = self.open("run", self.task, "--review", "none", TERM=kind)
            self.assertEqual(terminal.end(60), 0)
            self.assertRegex(terminal.raw, b"batch 3 of 3|done after")
            self.assertNotIn(b"\x1b[?1049h", terminal.raw)

    def test_bad_settings(self):
        os.makedirs(self.path("home", ".config", "flowbot", "themes"))
        for name, text, words in (("keys.json", '{ "quit": "j" }', 'keys.json:1:11: "j" would mean both'),
                                  ("themes/mine.json", '{ "ok": "grene" }', 'role "ok"')):
            path = self.write(os.path.join("home", ".config", "flowbot", name), text)
            terminal = self.open("run", self.task, "--theme", "mine")
            self.assertIn(words, self.ends(terminal, 2))
            os.unlink(path)
        self.assertEqual(self.flowbot("runs").out.count("\n") <= 1, True)  # nothing was begun

    def test_what_is_wrong_with_a_task(self):
        """In the task file: no screen comes and goes. In its data: one whole line after the screen."""
        terminal = self.open("run", self.write_task("key.json", metrik="f1"))
        said = self.ends(terminal, 2)
        self.assertRegex(said, r"^flowbot: \S*key.json:\d+:\d+: metrik: unknown key.*\n$")
        self.assertNotIn(b"\x1b[?1049h", terminal.raw)
        data = {"format": "hotpotqa", "file": "none.json",
                "split": {"train": 1, "validation": 1, "test": 1}}
        terminal = self.open("run", self.write_task("data.json", data=data))
        said = self.ends(terminal, 2)
        self.assertIn(b"\x1b[?1049h", terminal.raw)
        self.assertRegex(said, r"^flowbot: \S*data.json:\d+:\d+: data.file: .*none.json: No such file "
                               r"or directory\n$")

    def test_a_setting_that_cannot_be(self):
        """It is said on the screen and after it; the interface starts, and nothing is lost."""
        os.makedirs(self.path("home", ".local", "state", "flowbot"))
        path = self.write(os.path.join("home", ".local", "state", "flowbot", "ui.json"),
                          '{\n  "fps": 900, "graph": 40 }')
        terminal = self.open("run", self.task, "--review", "none")
        terminal.wait("ui.json:2:10: fps 900")
        terminal.wait("DONE", 60)
        terminal.send("q")
        said = self.ends(terminal, 0)
        self.assertIn("ui.json:2:10: fps 900: a whole number from 1 to 30 was expected", said)
        with open(path + ".old", encoding="utf-8") as old:
            self.assertIn("900", old.read())
        with open(path, encoding="utf-8") as new:
            kept = json.load(new)
        self.assertEqual((kept["fps"], kept["graph"]), ("4", "40"))


if __name__ == "__main__":
    if vterm.LIB is None:
        print("ALL SKIPPED: libvterm is not installed (script/packages test)")
    else:
        unittest.main()
