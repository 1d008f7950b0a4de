"""Standard error is a terminal: one line that is updated, as wide as the terminal, and Ctrl-C."""

import fcntl
import json
import os
import pty
import re
import struct
import termios
import time
import unicodedata
import unittest

from harness import BINARY, Case


def columns(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


class Terminal(Case):
    def talk(self, width, *args, keys=(), env=None):
        """Runs the binary in a terminal of this width; sends each (after, bytes) of `keys` once the
        text `after` was seen. All that the terminal got, and the exit code."""
        child, master = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(BINARY, [BINARY, *args], {**self.env, "TERM": "xterm", **(env or {})})
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        got, keys, ends = b"", list(keys), time.time() + 120
        while time.time() < ends:
            try:
                piece = os.read(master, 65536)
            except OSError:
                piece = b""
            if not piece:
                break
            got += piece
            if keys and keys[0][0] in got:
                os.write(master, keys.pop(0)[1])
        _, status = os.waitpid(child, 0)
        os.close(master)
        result = self.check(os.waitstatus_to_exitcode(status), b"", got)
        return result.code, got.decode().replace("\r\n", "\n")

    def lines_of(self, text):
        """What stood in the updated line, one by one."""
        return [piece.split("\n")[0] for piece in re.split("\r\x1b\\[K", text)[1:]]

    def test_one_updating_line(self):
        for width in (200, 120, 80, 40, 20):
            code, text = self.talk(width, "run", self.task, "--headless")
            self.assertEqual(code, 0)
            updates = [line for line in self.lines_of(text) if line.startswith("b")]
            self.assertGreater(len(updates), 20)
            for line in updates:
                self.assertLess(columns(line), width)
                self.assertNotIn("\x1b", line)
            # only erasing is asked of the terminal, and the summary stands alone at the end
            self.assertEqual(set(re.findall("\x1b[^a-zA-Z]*[a-zA-Z]", text)), {"\x1b[K"})
            self.assertRegex(text, "\r\x1b\\[Krun [a-z0-9]{6}: done after")
            if width >= 80:
                for word in ("calls", "hit" if width < 170 else "cache", "val", "best", "ETA"):
                    self.assertIn(word, updates[-1])

    def test_ctrl_c(self):
        self.task = self.write_task(optimizer={"epochs": 400})
        code, text = self.talk(80, "run", self.task, "--headless", keys=[(b"b2/", b"\x03")])
        self.assertEqual(code, 130)
        self.assertIn("stopping: what is in flight is finished and saved", text)
        self.assertRegex(text, "flowbot: interrupted; flowbot resume [a-z0-9]{6} goes on from here")
        self.assertEqual(json.loads(self.flowbot("runs", "--json").out)["state"], "stopped")

    def test_ctrl_c_twice(self):
        self.task = self.write_task(optimizer={"epochs": 400})
        code, text = self.talk(
            80, "run", self.task, "--headless", keys=[(b"b2/", b"\x03"), (b"stopping", b"\x03")])
        self.assertEqual(code, 130)
        self.assertIn("stopping", text)

    def test_terminal_that_goes_away(self):
        """The line is cut: the run ends as by a signal, and goes on elsewhere."""
        self.task = self.write_task(optimizer={"epochs": 60})
        child, master = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(BINARY, [BINARY, "run", self.task, "--headless"], {**self.env, "TERM": "xterm"})
        got = b""
        while b"b2/" not in got:
            got += os.read(master, 65536)
        os.close(master)
        _, status = os.waitpid(child, 0)
        self.assertIn(os.waitstatus_to_exitcode(status), (130, 1, -1))
        state = json.loads(self.flowbot("runs", "--json").out)["state"]
        self.assertEqual(state, "stopped")
        self.assertEqual(self.resume_json("last", "--set", "limits.calls=1", code=3).code, 3)


if __name__ == "__main__":
    unittest.main()
