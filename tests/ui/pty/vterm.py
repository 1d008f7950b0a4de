"""A program in a pseudo-terminal, its screen kept by libvterm (by ctypes: Debian's libvterm0)."""

import ctypes
import ctypes.util
import errno
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

NAME = ctypes.util.find_library("vterm")
LIB = ctypes.CDLL(NAME) if NAME else None
CURSOR_VISIBLE, ALTERNATE, MOUSE = 1, 3, 8


class Rect(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("top", "bottom", "left", "right")]


SET_PROPERTY = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.c_void_p)


class Callbacks(ctypes.Structure):
    _fields_ = [("damage", ctypes.c_void_p), ("moverect", ctypes.c_void_p),
                ("movecursor", ctypes.c_void_p), ("settermprop", SET_PROPERTY),
                ("bell", ctypes.c_void_p), ("resize", ctypes.c_void_p),
                ("push", ctypes.c_void_p), ("pop", ctypes.c_void_p), ("clear", ctypes.c_void_p)]


if LIB is not None:
    LIB.vterm_new.restype = ctypes.c_void_p
    LIB.vterm_obtain_screen.restype = ctypes.c_void_p
    LIB.vterm_input_write.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    LIB.vterm_screen_get_text.restype = ctypes.c_size_t
    LIB.vterm_screen_get_text.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, Rect]
    for function in ("vterm_free", "vterm_obtain_screen"):
        getattr(LIB, function).argtypes = [ctypes.c_void_p]
    LIB.vterm_set_utf8.argtypes = [ctypes.c_void_p, ctypes.c_int]
    LIB.vterm_set_size.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
    LIB.vterm_screen_reset.argtypes = [ctypes.c_void_p, ctypes.c_int]
    LIB.vterm_screen_enable_altscreen.argtypes = [ctypes.c_void_p, ctypes.c_int]
    LIB.vterm_screen_set_callbacks.argtypes = [
        ctypes.c_void_p, ctypes.POINTER(Callbacks), ctypes.c_void_p]


class Terminal:
    """One program, one terminal. Everything is bounded by `seconds`."""

    def __init__(self, argv, env, width=80, height=24, cwd=None, shell=False):
        self.raw, self.properties, self.is_blind = b"", {}, False
        ready, is_ready = os.pipe()
        self.child, self.master = pty.fork()
        if self.child == 0:
            os.close(is_ready)
            os.read(ready, 1)  # its end: the terminal's settings are known and its size is set
            try:
                if cwd:
                    os.chdir(cwd)
                os.execvpe(argv[0], argv, env)
            finally:
                os._exit(127)
        self.width, self.height = width, height
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.settings = termios.tcgetattr(self.master)
        os.close(ready)
        os.close(is_ready)
        self.vterm = LIB.vterm_new(height, width)
        LIB.vterm_set_utf8(self.vterm, 1)
        self.screen = LIB.vterm_obtain_screen(self.vterm)
        LIB.vterm_screen_enable_altscreen(self.screen, 1)
        self.callbacks = Callbacks(settermprop=SET_PROPERTY(self.on_property))
        LIB.vterm_screen_set_callbacks(self.screen, ctypes.byref(self.callbacks), None)
        LIB.vterm_screen_reset(self.screen, 1)
        self.status = None

    def on_property(self, prop, value, _):
        self.properties[prop] = value[0]
        return 1

    def pump(self, seconds):
        """Reads for so long, or until nothing comes any more from a program that has ended."""
        end = time.monotonic() + seconds
        while True:
            wait = end - time.monotonic()
            ready, _, _ = select.select([self.master], [], [], max(wait, 0))
            if not ready:
                return
            try:
                piece = os.read(self.master, 65536)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                piece = b""
            if not piece:
                return
            self.raw += piece
            if not self.is_blind:
                LIB.vterm_input_write(self.vterm, piece, len(piece))
            if wait <= 0:
                return

    def rows(self):
        buffer = ctypes.create_string_buffer(self.width * 24 + 1)
        lines = []
        for row in range(self.height):
            size = LIB.vterm_screen_get_text(
                self.screen, buffer, len(buffer) - 1, Rect(row, row + 1, 0, self.width))
            lines.append(buffer.raw[:size].decode().rstrip())
        return lines

    def text(self):
        return "\n".join(self.rows())

    def wait(self, words, seconds=30, gone=False):
        """Until the words stand on the screen (or do not any more); seconds that it took."""
        begun = time.monotonic()
        while (words in self.text()) == gone:
            if time.monotonic() - begun > seconds:
                raise AssertionError(f"{words!r} {'still' if gone else 'not'} there:\n{self.text()}")
            self.pump(0.01)
        return time.monotonic() - begun

    def send(self, text):
        os.write(self.master, text.encode() if isinstance(text, str) else text)

    def resize(self, width, height):
        self.width, self.height = width, height
        self.is_blind = width < 10 or height < 3  # libvterm 0.1.4 itself crashes there
        if not self.is_blind:
            LIB.vterm_set_size(self.vterm, height, width)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def kill(self, number):
        os.kill(self.child, number)

    def state(self):
        with open(f"/proc/{self.child}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0]

    def cpu(self):
        """Seconds of processor time so far."""
        with open(f"/proc/{self.child}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self, seconds=20):
        """Waits for the program's end; its exit code, or minus the signal."""
        end = time.monotonic() + seconds
        while self.status is None:
            self.pump(0.01)
            child, status = os.waitpid(self.child, os.WNOHANG)
            if child == self.child:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise AssertionError("the program does not end:\n" + self.text())
        self.pump(0.05)
        return self.status

    def is_restored(self):
        """The alternate screen left, the cursor shown, no mouse, the settings as before."""
        return (not self.properties.get(ALTERNATE) and self.properties.get(CURSOR_VISIBLE, 1) and
                not self.properties.get(MOUSE) and self.raw.rfind(b"\x1b[?2004l") >=
                self.raw.rfind(b"\x1b[?2004h") and termios.tcgetattr(self.master) == self.settings)

    def close(self):
        if self.status is None:
            try:
                os.kill(self.child, signal.SIGKILL)
                os.waitpid(self.child, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        if self.master >= 0:
            os.close(self.master)
        LIB.vterm_free(self.vterm)
