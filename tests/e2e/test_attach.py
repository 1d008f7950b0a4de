"""A run handed from one process to another, and the plain display with its questions."""

import json
import os
import pty
import re
import signal
import subprocess
import threading
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

    def test_attach_checks_before_it_asks(self):
        """Once the other process has let go it would be too late for a mistake."""
        process, lines = self.start_json(*self.LONG, lines=10)
        run = re.search('"run":"([a-z0-9]+)"', lines[0]).group(1)
        self.assert_says(self.flowbot("attach", run, "--theme", "nope", code=2), "unknown theme")
        self.assertEqual(self.state(run), "running")
        process.send_signal(signal.SIGTERM)
        self.assertNotIn("takes the run over", self.finish(process).err)

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
        # what nobody is asked about is said once, with its evidence and its verdict
        proposals = [line[9:] for line in lines if line[9:].startswith("proposal ")]
        self.assertGreater(len(proposals), 3)
        for number, line in enumerate(proposals, 1):
            self.assertRegex(line, rf"^proposal {number} \((structure|prompts)\).*, (taken|declined)$")
        self.assertIn("the run has ended (done)", result.out)
        self.assertRegex(lines[-1], r"the best workflow is in /.*\.workflow\.json$")

    def test_questions(self):
        process = self.start("run", self.task, "--display=plain", "--review=all",
                             stdin=subprocess.PIPE)
        said, answers = [], [b"3\n9\n1\n", b"2\n\n2\ndates matter\n", b"4\n"]
        for line in process.stdout:
            said.append(line.decode())
            if b"waits for your decision" in line and answers:
                process.stdin.write(answers.pop(0))
                process.stdin.flush()
        result = self.finish(process)
        text = "".join(said)
        self.assertEqual(result.code, 0, text)
        self.assertIn("change\n", text)
        self.assertRegex(text, r"\n  calls an example: \d+(, as before| -> \d+)\n")
        self.assertIn("a number from 1 to 7", text)
        self.assertIn("proposal 1 accepted", text)
        self.assertIn("proposal 2 declined: dates matter", text)
        self.assertIn("the run has ended (stopped)", text)
        self.assertNotIn("proposal 0", text)
        run = re.search(r"run ([a-z0-9]+) begins", text).group(1)
        again = self.resume_json(run)
        self.assertEqual(again.of("run_finished")[0]["reason"], "stopped")

    def test_lines_that_come_before_the_questions_are_the_answers(self):
        result = self.plain("1\n1\n2\ntoo long\n", "--review=all", code=None)
        said = re.findall(r"proposal (\d+) (accepted|declined: too long)", result.out)
        self.assertEqual(
            said, [("1", "accepted"), ("2", "accepted"), ("3", "declined: too long")], result.out)
        self.assertNotIn("nothing is asked", result.out)

    def test_a_flood_of_lines(self):
        """More than anybody asks for is not kept, and does not hold the run up."""
        process = self.start("run", self.task, "--display=plain", "--review=all",
                             stdin=subprocess.PIPE)
        writer = threading.Thread(target=self.flood, args=(process.stdin,), daemon=True)
        writer.start()
        out = process.stdout.read().decode()
        process.wait()
        self.assertIn("the run has ended (done)", out)
        self.assertNotIn("nothing is asked", out)

    @staticmethod
    def flood(pipe):
        try:
            while True:
                pipe.write(b"1\n" * 10000)
        except OSError:
            pass

    def test_what_was_typed_before_the_question_answers_nothing(self):
        child, master = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(BINARY, [BINARY, "run", self.task, "--display=plain", "--review=all"],
                      {**self.env, "TERM": "dumb"})
        os.write(master, b"1\n")
        got = b""
        while b"change the review mode" not in got:
            got += os.read(master, 4096)
        os.write(master, b"4\n")
        while b"has ended" not in got:
            got += os.read(master, 4096)
        os.waitpid(child, 0)
        os.close(master)
        self.assertIn(b"nothing is asked at the moment", got)
        self.assertNotIn(b"proposal 1 accepted", got)

    def editor(self, script):
        self.write("editor.sh", "#!/bin/sh\n" + script)
        os.chmod(self.path("editor.sh"), 0o755)
        self.env["EDITOR"] = self.path("editor.sh")

    def test_edit_and_undo(self):
        self.editor('sed -i "\\$a Say it twice." "$1"\n')
        result = self.plain("8\n6\n3\n6\n8\n8\n6\n1\n", "--review=all", code=1)
        said = [line[9:] for line in result.out.splitlines() if re.match(r"\d\d:", line)]
        self.assertIn("there is no edit to undo", said)
        self.assertIn("undone: it is as edited before", said)
        self.assertIn("undone: it is as proposed", said)
        self.assertIn("proposal 1 accepted as edited", said)
        self.assertIn("8 undo the edit", result.out)
        self.assertEqual(result.out.count("    + Say it twice.\n"), 5, result.out)
        run = re.search(r"run ([a-z0-9]+) begins", result.out).group(1)
        best = self.flowbot("resume", run, "--json", code=1).of("decision")[0]
        self.assertEqual((best["proposal"], best["what"], best["who"]), (1, "edit", "person"))

    def test_a_bad_edit_is_told_and_can_be_edited_again(self):
        self.editor("""
if grep -q '^//! flowbot: ' "$1"; then sed -i 's/"nodez"/"nodes"/; $a Better.' "$1"
else sed -i 's/"nodes"/"nodez"/' "$1"; fi
""")
        result = self.plain("6\n2\n6\n7\n1\n1\n", "--review=all", code=1)
        self.assertEqual(result.out.count("this cannot be used: the edited workflow:"), 2)
        self.assertIn("1 edit it again, 2 drop what was written", result.out)
        self.assertIn("a number from 1 to 2 is expected", result.out)
        self.assertIn("    + Better.\n", result.out)
        self.assertIn("proposal 1 accepted as edited", result.out)

    def kept(self, result):
        """The texts that the output says are kept, by path; their folder is the test's."""
        paths = re.findall(r"(\S+/text\.(?:txt|json))$", result.out, re.MULTILINE)
        texts = []
        for path in paths:
            self.assertTrue(path.startswith(self.path("tmp")), path)
            with open(path, encoding="utf-8") as file:
                texts.append(file.read())
        return paths, texts

    def keep_in(self):
        os.mkdir(self.path("tmp"))
        self.env["TMPDIR"] = self.path("tmp")

    def test_a_bad_edit_that_is_left_as_it_is(self):
        """Asked again, and at the end of the answers it is in a file: no text is lost."""
        self.keep_in()
        self.editor("""
if grep -q nodez "$1"; then exit 0; fi
sed -i 's/"nodes"/"nodez"/; $a Mine.' "$1"
""")
        result = self.plain("6\n1\n1\n", "--review=all", code=1)
        self.assertEqual(result.out.count("this cannot be used: the edited workflow:"), 3)
        self.assertEqual(result.out.count("nothing was changed"), 2)
        self.assertIn("not used; what you wrote is kept in ", result.out)
        texts = self.kept(result)[1]
        self.assertEqual(len(texts), 1, result.out)
        self.assertIn("\nMine.\n", texts[0])
        self.assertIn('"nodez"', texts[0])
        dropped = self.plain("6\n1\n2\n5\n", "--review=all", code=1)
        self.assertEqual(self.kept(dropped)[0], [], dropped.out)
        self.assertEqual(len(os.listdir(self.path("tmp"))), 1)

    def test_an_editor_that_fails_after_it_wrote(self):
        self.keep_in()
        self.editor('echo Mine. >> "$1"; exit 3\n')
        result = self.plain("6\n5\n", "--review=all", code=1)
        self.assertIn("the editor ended with status 3; it is not taken, and stays in ", result.out)
        self.assertIn("\nMine.\n", self.kept(result)[1][0])

    def test_an_edit_that_is_not_decided(self):
        """It can be decided so later."""
        self.keep_in()
        self.editor('sed -i "\\$a Say it twice." "$1"\n')
        result = self.plain("6\n5\n", "--review=all", code=1)
        run = re.search(r"run ([a-z0-9]+) begins", result.out).group(1)
        self.assertIn("proposal 1 as you edited it is not decided", result.out)
        paths = self.kept(result)[0]
        self.assertIn("decided", self.flowbot("review", run, "--apply", paths[0]).out)
        resumed = self.flowbot("resume", run, "--json", code=1)
        decision = resumed.of("decision")[0]
        self.assertEqual((decision["proposal"], decision["what"]), (1, "edit"))
        self.assertTrue(any("Say it twice." in json.dumps(fact) for fact in resumed.facts))
        accepted = self.plain("6\n1\n5\n", "--review=all", code=1)
        self.assertEqual(self.kept(accepted)[0], [], accepted.out)

    def test_editors_that_fail(self):
        for command, words in (("false", "the editor ended with status 1; nothing was changed"),
                               ("true", "nothing was changed"),
                               ("/nowhere/editor", "/nowhere/editor cannot be started")):
            self.env["EDITOR"] = command
            self.assertIn(words, self.plain("6\n5\n", "--review=all", code=1).out)
        del self.env["EDITOR"]
        self.env["TERM"] = "dumb"
        self.assertIn("no editor: set EDITOR", self.plain("6\n5\n", "--review=all", code=1).out)

    def test_the_editor_has_the_terminal(self):
        """What is typed into it is its own; lines of the run wait until it is closed."""
        self.editor('echo editing; read word; sed -i "\\$a $word" "$1"\n')
        child, master = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(BINARY, [BINARY, "run", self.task, "--display=plain", "--review=all"],
                      {**self.env, "TERM": "dumb"})
        got = b""
        for after, keys in ((b"change the review mode", b"6\n"), (b"editing", b"Gladly.\n"),
                            (b"undo the edit", b"1\n"), (b"proposal 2 waits", b"4\n")):
            while after not in got:
                got += os.read(master, 4096)
            os.write(master, keys)
        while b"has ended" not in got:
            got += os.read(master, 4096)
        os.waitpid(child, 0)
        os.close(master)
        self.check(0, b"", got)
        self.assertIn(b"    + Gladly.", got)
        self.assertIn(b"proposal 1 accepted as edited", got)

    def test_review_mode(self):
        result = self.plain("7\n\n7\n9\n2\n1\n5\n", "--review=all", code=1)
        self.assertIn("now: all (an empty line: back)", result.out)
        self.assertIn("a number from 1 to 4 is expected", result.out)
        self.assertIn("review structure from the next proposal on; this one still waits", result.out)
        waits = re.findall(r"proposal (\d+) waits", result.out)
        self.assertEqual(waits[0], "1")
        for number in waits[1:]:
            self.assertIn(f"proposal {number} (structure)", result.out)
        result = self.plain("7\n4\n1\n", "--review=all")
        self.assertEqual(re.findall(r"proposal (\d+) waits", result.out), ["1"])

    def test_attach_asks_once(self):
        process = self.start("run", self.task, "--display=plain", "--review=all",
                             stdin=subprocess.PIPE)
        process.stdin.write(b"1\n1\n")
        process.stdin.flush()
        line = b""
        while b"proposal 3 waits" not in line:
            line = process.stdout.readline()
        run = self.flowbot("runs", "--json").events[0]["run"]
        attached = self.start("attach", run, "--display=plain", stdin=subprocess.PIPE)
        line, said = b"", b""
        while b"change the review mode" not in line:
            line = attached.stdout.readline()
            said += line
        result = self.finish(attached, b"1\n5\n")
        said = said.decode() + result.out
        self.assertEqual(said.count("proposal 3 waits"), 1, said)
        self.assertEqual(said.count("1 accept,"), len(set(re.findall(r"proposal \d+ waits", said))), said)
        self.finish(process)

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
