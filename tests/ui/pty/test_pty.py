"""The ui in a real pseudo-terminal: start, keys, sizes, suspension, signals, a terminal that stops
reading, the editor, kinds of terminals, what is left behind after any end."""

import os
import shutil
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import vterm  # noqa: E402

HOST = os.environ.get("UI_HOST", "")
REPORTS = (b"AddressSanitizer", b"LeakSanitizer", b"runtime error:")


class Pty(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="flowbot-pty-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self, *args, width=80, height=24, argv=None, **env):
        env = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
               "HOME": self.folder, "TMPDIR": self.folder,
               **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}, **env}
        env = {key: value for key, value in env.items() if value is not None}
        terminal = vterm.Terminal(argv or [HOST, *args], env, width, height, cwd=self.folder)
        self.addCleanup(terminal.close)
        return terminal

    def leave(self, terminal, code=130):
        """By keys; the terminal is as it was."""
        terminal.send("q")
        terminal.wait("leave: flowbot resume goes on")
        terminal.send("l")
        self.assertEqual(terminal.end(), code)
        self.check(terminal)

    def check(self, terminal, is_crash=False):
        self.assertTrue(terminal.is_restored(), terminal.raw[-300:])
        if not is_crash:
            for report in REPORTS:
                self.assertNotIn(report, terminal.raw)

    def test_start_and_keys(self):
        terminal = self.start()
        terminal.wait("q quit")
        self.assertTrue(terminal.properties[vterm.ALTERNATE])
        self.assertFalse(terminal.properties[vterm.CURSOR_VISIBLE])
        self.assertIn("flowbot 7f3a9c  epoch 2/3 batch 14/40", terminal.rows()[0])
        self.assertIn("5 Review", terminal.rows()[1])
        self.assertIn("? help  q quit", terminal.rows()[23])
        self.assertIn("wide 日本語 e\u0301 \ufffd[31m\ufffd end", terminal.text())
        took = []
        for _ in range(3):  # on a busy machine once is not enough
            terminal.send("?")
            terminal.wait("Type to search:")
            self.assertTrue(terminal.properties[vterm.CURSOR_VISIBLE])
            terminal.send("\x1b")
            took.append(terminal.wait("Type to search:", gone=True))
        self.assertLess(min(took), 1.0)  # Esc does not wait a second for the rest of a sequence
        self.leave(terminal)

    def test_idle_is_silent(self):
        terminal = self.start()
        terminal.wait("size 80x24")
        terminal.pump(0.5)
        size, cpu = len(terminal.raw), terminal.cpu()
        terminal.pump(1.5)
        self.assertEqual(len(terminal.raw), size)
        self.assertLessEqual(terminal.cpu() - cpu, 0.02)
        self.leave(terminal)

    def test_live_frames_are_few(self):
        terminal = self.start("live", width=300, height=80)
        terminal.wait("size 300x80")
        before = terminal.raw.count(b"\x1b[?2026h")
        terminal.pump(2)
        frames = terminal.raw.count(b"\x1b[?2026h") - before
        self.assertGreaterEqual(frames, 2)  # fewer on a busy machine
        self.assertLessEqual(frames, 9)  # 4 a second
        self.leave(terminal)

    def test_paste_is_text(self):
        terminal = self.start()
        terminal.wait("size 80x24")
        self.assertIn(b"\x1b[?2004h", terminal.raw)
        terminal.send("\x1b[200~q:quit\r?\x1b[201~")
        terminal.pump(0.3)
        self.assertNotIn("leave", terminal.text())
        terminal.send("/\x1b[200~one\rtwo\x1b[201~")
        terminal.wait("Search: one two")
        terminal.send("\r")
        terminal.wait("text: one two")
        self.leave(terminal)

    def test_mouse_only_when_asked(self):
        terminal = self.start()
        terminal.wait("size 80x24")
        self.assertFalse(terminal.properties.get(vterm.MOUSE))
        terminal.send(":set mouse on\r")
        terminal.wait("mouse on")
        self.assertTrue(terminal.properties[vterm.MOUSE])
        terminal.send("\x1b[<0;6;5M")
        terminal.wait("clicks 7")
        self.leave(terminal)

    def test_sizes(self):
        terminal = self.start("live")
        terminal.wait("size 80x24")
        for width, height in ((1, 1), (2, 3), (40, 10), (19, 5), (200, 60), (400, 120), (1, 60),
                              (300, 1), (80, 24)):
            terminal.resize(width, height)
            terminal.pump(0.05)
        terminal.wait("size 80x24")
        for i in range(100):  # a storm; shrunk and grown again within one turn
            terminal.resize(20 + i * 7 % 150, 5 + i * 5 % 50)
            terminal.resize(80, 24)
        terminal.wait("size 80x24")
        terminal.pump(0.5)
        rows = terminal.rows()
        self.assertTrue(all(row == "#" * 80 for row in rows[5:23]), terminal.text())
        self.assertIn("q quit", rows[23])
        self.leave(terminal)

    def test_suspension(self):
        terminal = self.start("live", argv=["bash", "--norc", "-i"], PS1="$ ", HOST=HOST)
        terminal.wait("$")
        terminal.send('"$HOST" live\n')
        terminal.wait("size 80x24")
        terminal.send("\x1a")
        terminal.wait("Stopped")
        self.assertFalse(terminal.properties[vterm.ALTERNATE])
        terminal.send("echo back here\n")
        terminal.wait("\nback here")
        terminal.resize(90, 20)
        terminal.send("fg\n")
        terminal.wait("size 90x20")
        self.assertTrue(terminal.properties[vterm.ALTERNATE])
        terminal.send("q")
        terminal.wait("leave")
        terminal.send("l")
        terminal.wait("ticks ")
        terminal.send("exit 0\n")
        terminal.end()

    def test_stopped_from_outside(self):
        terminal = self.start("live")
        terminal.wait("size 80x24")
        terminal.kill(signal.SIGSTOP)
        terminal.pump(0.1)
        self.assertEqual(terminal.state(), "T")
        terminal.kill(signal.SIGCONT)
        terminal.pump(0.3)
        terminal.send("?")
        terminal.wait("Type to search:")
        terminal.send("\x1b")
        terminal.wait("Type to search:", gone=True)
        self.leave(terminal)

    def test_signals(self):
        """Every signal gives the terminal back; those that ask to end do so in order."""
        for number, code in ((signal.SIGTERM, 130), (signal.SIGHUP, 130), (signal.SIGINT, 130),
                             (signal.SIGQUIT, -signal.SIGQUIT), (signal.SIGSEGV, None),
                             (signal.SIGBUS, None), (signal.SIGFPE, None), (signal.SIGILL, None),
                             (signal.SIGABRT, None), (signal.SIGXCPU, -signal.SIGXCPU)):
            with self.subTest(signal=number.name):
                terminal = self.start("live")
                terminal.wait("size 80x24")
                terminal.kill(number)
                status = terminal.end()
                if code is None:
                    self.assertNotIn(status, (0, 130))
                    self.assertIn(b"flowbot: crashed.", terminal.raw.split(b"?1049l")[-1])
                else:
                    self.assertEqual(status, code)
                self.check(terminal, is_crash=code is None)
                # nothing is drawn any more once the screen was given back
                self.assertNotIn(b"\x1b[?2026h", terminal.raw.split(b"?1049l", 1)[-1])

    def test_crashes(self):
        """A fault, a stack overflow, abort with words before, and exit in the middle of it."""
        for key, words in (("x", "flowbot: crashed."), ("u", "flowbot: crashed."),
                           ("a", "words on standard error"), ("g", "")):
            with self.subTest(key=key):
                terminal = self.start()
                terminal.wait("size 80x24")
                terminal.send(key)
                status = terminal.end()
                self.assertNotIn(status, (0, 130))
                self.assertTrue(words in terminal.raw.decode("utf-8", "replace").split("?1049l")[-1])
                self.check(terminal, is_crash=True)

    def test_terminal_that_stops_reading(self):
        """The loop turns on as if nothing were, and the picture comes when reading goes on."""
        terminal = self.start("live", width=300, height=80)
        terminal.wait("size 300x80")
        cpu = terminal.cpu()
        time.sleep(3)  # nobody reads
        used = terminal.cpu() - cpu
        self.assertLess(used, 1.0)
        terminal.send("?")
        terminal.wait("Type to search:")
        terminal.send("\x1b")
        terminal.wait("Type to search:", gone=True)
        self.leave(terminal)
        ticks = int(terminal.text().split("ticks ")[1].split()[0])
        self.assertGreater(ticks, 100)  # of about 300 in the three seconds alone; one that blocks has a few

    def test_lost_terminal(self):
        terminal = self.start("live")
        terminal.wait("size 80x24")
        os.close(terminal.master)
        terminal.master = -1
        for _ in range(500):
            child, status = os.waitpid(terminal.child, os.WNOHANG)
            if child:
                break
            time.sleep(0.01)
        terminal.status = os.waitstatus_to_exitcode(status)
        self.assertEqual(child, terminal.child)
        self.assertIn(terminal.status, (130, 1))

    def test_editor(self):
        editor = os.path.join(self.folder, "editor with blanks")
        with open(editor, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\necho "editing $(cat "$2") with $1"\nread line\n'
                       'printf "%s" "$line" > "$2"\n')
        os.chmod(editor, 0o700)
        terminal = self.start("live", VISUAL=f"'{editor}' --wait")
        terminal.wait("size 80x24")
        terminal.send("e")
        terminal.wait("editing before with --wait")
        self.assertFalse(terminal.properties[vterm.ALTERNATE])
        terminal.resize(100, 30)
        terminal.send("typed in the editor\n")
        terminal.wait("text: typed in the editor")
        terminal.wait("size 100x30")
        self.assertEqual(os.listdir(self.folder), ["editor with blanks"])
        terminal.send("e")
        terminal.wait("editing before")
        terminal.send("\x03")  # interrupts the editor, not the run
        terminal.wait("the editor ended with status 130")
        self.leave(terminal)

    def test_copying(self):
        terminal = self.start()
        terminal.wait("size 80x24")
        terminal.send("y")
        terminal.wait("OSC 52")
        self.assertIn(b"\x1b]52;c;Y29waWVkIHRleHQ=\x07", terminal.raw)
        self.leave(terminal)

    def test_kinds_of_terminals(self):
        for kind, encoding in (("xterm-256color", "C.UTF-8"), ("tmux-256color", "C.UTF-8"),
                               ("linux", "C.UTF-8"), ("vt100", "C.UTF-8"), ("xterm", "C.UTF-8"),
                               ("screen", "C"), ("xterm-256color", "C"), ("vt220", "C")):
            with self.subTest(kind=kind, encoding=encoding):
                terminal = self.start(TERM=kind, LC_ALL=encoding)
                terminal.wait("size 80x24")
                self.assertIn("5 Review", terminal.rows()[1])
                if encoding == "C":
                    self.assertTrue(terminal.raw.isascii())
                terminal.send("q")
                terminal.wait("go on")
                terminal.send("\x1b[B" if kind != "vt100" else "\x1bOB")
                terminal.pump(0.05)
                terminal.send("n")
                self.leave(terminal)

    def test_no_such_terminal(self):
        terminal = self.start(TERM="no-such-terminal")
        self.assertEqual(terminal.end(), 2)
        self.assertIn("TERM=no-such-terminal", terminal.text())
        self.check(terminal)

    def test_locale_that_is_not_installed(self):
        terminal = self.start(LC_ALL=None, LANG="xx_XX.UTF-8")
        terminal.wait("wide 日本語")
        self.leave(terminal)

    def colours(self, **env):
        terminal = self.start(**env)
        terminal.wait("size 80x24")
        self.leave(terminal)
        return terminal.raw

    def test_colours(self):
        true = self.colours(COLORTERM="truecolor", UI_THEME="dark")
        self.assertIn(b"\x1b[38;2;152;195;121m", true)
        self.assertNotIn(b"38;5;", true)
        many = self.colours(UI_THEME="dark")
        self.assertIn(b"38;5;114", many)
        self.assertNotIn(b";2;", many)
        few = self.colours(TERM="xterm", UI_THEME="dark")
        self.assertIn(b"\x1b[32m", few)
        self.assertNotIn(b"38;", few)
        none = self.colours(NO_COLOR="1", COLORTERM="truecolor", UI_THEME="dark")
        for sign in (b"\x1b[3", b"\x1b[4"):
            for digit in b"12345678":
                self.assertNotIn(sign + bytes([digit]) + b"m", none.replace(b"\x1b[34h", b""))
        self.assertNotIn(b"38;", none)

    def test_theme_is_changed_live(self):
        terminal = self.start()
        terminal.wait("size 80x24")
        self.assertNotIn(b"38;5;114", terminal.raw)
        terminal.send("T")
        terminal.wait("theme dark")
        self.assertIn(b"38;5;114", terminal.raw)
        self.leave(terminal)

    def test_bad_theme(self):
        path = os.path.join(self.folder, "mine.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{\n  "ok": "grene"\n}')
        terminal = self.start(UI_THEME=path)
        self.assertEqual(terminal.end(), 2)
        self.assertIn(':2:9: role "ok"', terminal.text())
        self.check(terminal)


if __name__ == "__main__":
    if vterm.LIB is None or not HOST:
        print("ALL SKIPPED: libvterm is not installed (script/packages test)")
    else:
        unittest.main()
