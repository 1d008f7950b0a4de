"""A run handed from one process to another, and the plain display with its questions."""

import os
import pty
import re
import signal
import subprocess
import time
import unittest

from harness import BINARY, Case, bare


class Attach(Case):
    LONG = ("--set", "optimizer.epochs=6")  # seconds under a sanitizer

    def wait_for_facts(self, process, count):
        return [process.stdout.readline() for _ in range(count)]

    def state(self, run):
        lines = [line for line in self.flowbot("runs", "--json").out.splitlines() if run in line]
        return re.search('"state":"([a-z]+)"', lines[0]).group(1)

    def wait_for_state(self, run, wanted):
        ends = time.time() + 120
        while self.state(run) != wanted:
            self.assertLess(time.time(), ends, self.state(run))
            time.sleep(0.1)

    def test_attach_takes_over(self):
        whole = self.run_json(*self.LONG)
        process, lines = self.start_json(*self.LONG, lines=40)
        run = re.search('"run":"([a-z0-9]+)"', lines[0]).group(1)
        attached = self.flowbot("attach", run, "--json")
        first = self.finish(process)
        self.assertEqual(first.code, 0, first.err)
        self.assertIn("takes the run over", first.err)
        self.assertIn("lets go", attached.err)
        self.assertEqual(bare(attached.facts), bare(whole.facts))
        # nothing was paid twice: the same distinct calls as in one sitting
        self.assertEqual(attached.of("run_finished")[0]["calls"],
                         whole.of("run_finished")[0]["calls"])
        self.assertEqual(self.state(run), "done")

    def test_attach_without_a_holder_resumes(self):
        process, lines = self.start_json(lines=10)
        process.send_signal(signal.SIGKILL)
        process.wait()
        run = re.search('"run":"([a-z0-9]+)"', lines[0]).group(1)
        attached = self.flowbot("attach", run, "--json")
        self.assertEqual(attached.of("run_finished")[0]["reason"], "done")

    def test_attach_refuses_no_run(self):
        result = self.flowbot("attach", "nosuch", code=2)
        self.assertIn("nosuch", result.err)

    def test_a_lost_terminal_detaches(self):
        child, master = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(BINARY, [BINARY, "run", self.task, "--display=plain", "--review=none",
                               *self.LONG], {**self.env, "TERM": "dumb"})
        got = b""
        while b"batch 2" not in got:
            got += os.read(master, 4096)
        os.close(master)
        os.waitpid(child, 0)
        run = re.search(r"run ([a-z0-9]+) in", got.decode()).group(1)
        self.wait_for_state(run, "done")
        with open(os.path.join(self.store, run + ".log"), encoding="utf-8") as log:
            text = log.read()
        self.check(0, b"", text.encode())
        self.assertIn("validation", text)

    def test_detached_keeps_its_review(self):
        process = self.start("run", self.task, "--display=plain", "--review=all",
                             stdin=subprocess.PIPE)
        line = b""
        while b"waits for your decision" not in line:
            line = process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        result = self.finish(process, b"")
        self.assertEqual(result.code, 1)
        self.assertIn("a proposal waits", result.err)


class Plain(Case):
    def plain(self, answers, *args, code=0):
        return self.flowbot("run", self.task, "--display=plain", *args, stdin=answers, code=code)

    def test_lines_with_times(self):
        result = self.plain("", "--review=none")
        lines = result.out.splitlines()
        self.assertTrue(all(re.match(r"\d\d:\d\d:\d\d [ -~]+$", line) for line in lines), lines)
        self.assertIn("batch 1 of 3 begins", result.out)
        self.assertIn("the run has ended (done)", result.out)

    def test_questions(self):
        process = self.start("run", self.task, "--display=plain", "--review=all",
                             stdin=subprocess.PIPE)
        said, answers = [], [b"3\n7\n1\n", b"2\n\n2\ndates matter\n", b"4\n"]
        for line in process.stdout:
            said.append(line.decode())
            if b"waits for your decision" in line and answers:
                process.stdin.write(answers.pop(0))
                process.stdin.flush()
        result = self.finish(process)
        text = "".join(said)
        self.assertEqual(result.code, 0, text)
        self.assertIn("change\n", text)
        self.assertIn("a number from 1 to 5", text)
        self.assertIn("proposal 1 accepted", text)
        self.assertIn("proposal 2 declined: dates matter", text)
        self.assertIn("the run has ended (stopped)", text)
        self.assertNotIn("proposal 0", text)
        run = re.search(r"run ([a-z0-9]+) begins", text).group(1)
        again = self.resume_json(run)
        self.assertEqual(again.of("run_finished")[0]["reason"], "stopped")

    def test_nobody_answers(self):
        result = self.plain("1\n", "--review=all", code=1)
        self.assertIn("a proposal waits", result.err)

    def test_later_sittings_do_not_repeat_what_was_said(self):
        first = self.plain("5\n", "--review=all", code=1)
        run = re.search(r"run ([a-z0-9]+) begins", first.out).group(1)
        second = self.flowbot("resume", run, "--display=plain", stdin="5\n", code=1)
        self.assertNotIn("begins", second.out)
        self.assertIn("waits for your decision", second.out)


if __name__ == "__main__":
    unittest.main(verbosity=1)
