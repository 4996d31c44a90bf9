"""A Panda3D client for the arena: see README.md."""

import argparse
import getpass
import signal
import sys
import time
from math import cos, sin

from panda3d.core import Filename, KeyboardButton, PNMImage, loadPrcFileData

import protocol
from arena import Arena
from destination import DEFAULT_PORT, ENCRYPTED_PORT, Destination, read_endpoint, read_invite, read_pin
from report import Report
from session import Session, SessionError

COMMANDS_PER_SECOND = 30
SUPERSAMPLING = 2  # offscreen pictures are drawn larger and scaled down: smooth edges
KEYS = {"east": ("d", "arrow_right"), "west": ("a", "arrow_left"),
        "north": ("w", "arrow_up"), "south": ("s", "arrow_down")}


class PandaArena:
    """The game loop: messages of the server come in, commands go out, and a frame is drawn."""

    def __init__(self, options, session, welcome):
        # Imported late: --help and a server that does not answer need no graphics.
        from direct.showbase.ShowBase import ShowBase
        from hud import Hud
        from scene import Scene

        self.options = options
        self.session = session
        self.has_left = False
        self.report = Report(options.report)
        self.arena = Arena(
            welcome.player, welcome.ticks_per_second, welcome.snapshots_per_second)
        self.report.event("joined", id=welcome.player, name=welcome.name,
                          encrypted=session.stream.is_encrypted)
        self.base = ShowBase()
        self.scene = Scene(self.base, welcome.player)
        self.hud = Hud(self.base)
        self.joined_at = self.last_frame = time.monotonic()
        self.next_command = 0.0
        self.exit_code = 0
        self.is_over = False
        if options.offscreen:
            self.base.win.set_active(False)  # only the screenshot is drawn
        self.base.accept("escape", self.escape)
        self.base.accept("enter", lambda: self.hud.type_chat(session.send_chat))
        self.base.accept("wheel_up", lambda: self.scene.change_zoom(0.9))
        self.base.accept("wheel_down", lambda: self.scene.change_zoom(1.1))
        self.base.exitFunc = self.leave  # the window's close button
        self.base.task_mgr.add(self.frame, "frame")
        for text in options.chat:
            session.send_chat(text)

    def run(self):
        self.base.run()

    def frame(self, task):
        now = time.monotonic()
        self.receive(now)
        if now >= self.next_command and not self.is_over:
            steering = self.steering(now)
            self.session.send_command(*steering)
            self.arena.prediction.wish(self.session.sequence, now, *steering)
            self.next_command = max(self.next_command + 1 / COMMANDS_PER_SECOND, now)
        self.scene.update(self.arena, now, now - self.last_frame)
        self.hud.update(self.arena, self.session, now)
        self.last_frame = now
        if self.has_enough(now):
            self.base.userExit()
        return task.cont

    def has_enough(self, now):
        """Whether the options say that it is time to leave."""
        options = self.options
        if options.seconds and now - self.joined_at >= options.seconds:
            return True
        if options.walked is None and options.heard is None:
            return False
        return (self.report.has_walked(self.arena.player, options.walked or 0)
                and self.report.lines_heard >= (options.heard or 0)
                and (options.no_udp or self.session.snapshots_over_udp > 0))

    def receive(self, now):
        if self.is_over:
            return
        try:
            for message in self.session.poll():
                self.arena.apply(message, now)
                self.report.message(message, self.arena)
        except SessionError as problem:
            self.end(str(problem))
        goodbye = self.session.goodbye
        if goodbye:
            self.report.event("goodbye", code=goodbye.code, text=goodbye.text)
            self.end(f"The server says goodbye: {goodbye.text}" if goodbye.text
                     else "The server says goodbye.")
        elif not self.session.is_open and not self.is_over:
            self.report.event("gone")
            self.end("The server is gone.")

    def end(self, text):
        """The server or the network has ended the game: shows why, and waits for Escape."""
        self.is_over = True
        self.exit_code = 1
        self.hud.tell(text)
        print(f"panda_arena: {text}", file=sys.stderr)
        if self.options.offscreen:
            self.base.userExit()

    def steering(self, now):
        """(east, north, dash) from the script or the keyboard."""
        if self.options.script == "walk":
            angle = (now - self.joined_at) * 0.7
            return cos(angle), sin(angle), False
        if self.hud.is_typing or not self.base.mouseWatcherNode:
            return 0, 0, False
        east = self.pressed("east") - self.pressed("west")
        north = self.pressed("north") - self.pressed("south")
        if east and north:
            east, north = east * 0.7071, north * 0.7071
        return east, north, self.base.mouseWatcherNode.is_button_down(KeyboardButton.shift())

    def pressed(self, direction):
        letter, arrow = KEYS[direction]
        is_down = self.base.mouseWatcherNode.is_button_down
        return int(is_down(KeyboardButton.ascii_key(letter))
                   or is_down(getattr(KeyboardButton, arrow.replace("arrow_", ""))()))

    def escape(self):
        if self.hud.is_typing:
            self.hud.cancel_chat()
        else:
            self.base.userExit()

    def leave(self):
        """Ends the program for any reason: picture, report, goodbye."""
        if self.has_left:
            return
        self.has_left = True
        if self.options.screenshot:
            self.take_screenshot()
        self.report.summary(self.arena, self.session)
        self.session.leave()

    def take_screenshot(self):
        self.base.win.set_active(True)
        for _ in range(2):  # the first frame uploads, the second shows
            self.base.graphicsEngine.render_frame()
        picture = PNMImage()
        if not self.base.win.get_screenshot(picture):
            print("panda_arena: the window gave no picture", file=sys.stderr)
            return
        if self.options.offscreen:
            large = picture
            picture = PNMImage(*self.options.size)
            picture.quick_filter_from(large)
        if picture.write(Filename.from_os_specific(self.options.screenshot)):
            self.report.event("screenshot", file=self.options.screenshot)
        else:
            print(f"panda_arena: cannot write {self.options.screenshot}", file=sys.stderr)
            self.exit_code = 1


def configure_panda(options):
    width, height = options.size
    settings = ["window-title Parley Arena", "audio-library-name null", "print-pipe-types false"]
    if options.offscreen:
        # The software renderer, by the one of its pipes that needs no X server.
        settings += ["load-display p3tinydisplay TinyOffscreenGraphicsPipe",
                     "window-type offscreen", "notify-level-device fatal",
                     "clock-mode limited", "clock-frame-rate 60"]
        width, height = width * SUPERSAMPLING, height * SUPERSAMPLING
    else:
        settings += ["framebuffer-multisample 1", "multisamples 4", "sync-video true"]
    settings.append(f"win-size {width} {height}")
    loadPrcFileData("panda_arena", "\n".join(settings))


def size(text):
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 0 < int(width) <= 4096
            and 0 < int(height) <= 4096):
        raise argparse.ArgumentTypeError(f"{text!r} is no size like 1280x720")
    return int(width), int(height)


def seconds(text):
    return positive(text, "seconds")


def metres(text):
    return positive(text, "metres")


def positive(text, unit):
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of {unit} above 0")
    return value


def own_name():
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "panda"


def parse_options():
    parser = argparse.ArgumentParser(
        prog="panda_arena.py", description="Plays in a Parley arena, with Panda3D.")
    parser.add_argument("--to", metavar="HOST[:PORT]",
                        help=f"the server's port for Panda3D programs (default: this machine, port "
                             f"{DEFAULT_PORT}); with --pin its encrypted one ({ENCRYPTED_PORT})")
    parser.add_argument("--invite", metavar="INVITE",
                        help="the server and its key, as it printed them: encrypts")
    parser.add_argument("--pin", metavar="KEY", help="the key of the server of --to: encrypts")
    parser.add_argument("--no-udp", action="store_true",
                        help="play as if a firewall blocked UDP: all goes through TCP")
    parser.add_argument("--name", default=own_name(), help="your name over your head")
    parser.add_argument("--size", type=size, default=(1280, 720), metavar="WxH",
                        help="of the window or the picture (default: 1280x720)")
    parser.add_argument("--offscreen", action="store_true",
                        help="without a window: Panda3D's software renderer, no display needed")
    parser.add_argument("--screenshot", metavar="FILE", help="write a picture (PNG) at the end")
    parser.add_argument("--seconds", type=seconds, help="leave after that time")
    parser.add_argument("--walked", type=metres, metavar="METRES",
                        help="leave once you, and one of each kind in sight, walked that far and UDP works")
    parser.add_argument("--heard", type=int, metavar="LINES",
                        help="leave once that many lines were said (with --walked: both)")
    parser.add_argument("--script", choices=("walk",), help="walk by itself")
    parser.add_argument("--chat", action="append", default=[], metavar="TEXT",
                        help="say this after joining (may be given more than once)")
    parser.add_argument("--report", action="store_true",
                        help="print what is seen as lines of JSON")
    options = parser.parse_args()
    try:
        options.destination = destination(options)
    except ValueError as problem:
        parser.error(str(problem))
    if options.offscreen and not (options.seconds or options.walked or options.heard):
        parser.error("--offscreen has no keyboard to leave with: give --seconds or --walked too")
    if not protocol.printable(options.name).strip():
        parser.error("--name is empty")
    return options


def destination(options):
    """The server of --invite, or of --to and --pin. Raises ValueError."""
    if options.invite:
        if options.to or options.pin:
            raise ValueError("--invite names the server and its key: leave out --to and --pin")
        return read_invite(options.invite)
    pin = read_pin(options.pin) if options.pin else None
    port = ENCRYPTED_PORT if pin else DEFAULT_PORT
    return Destination(*read_endpoint(options.to or "127.0.0.1", port), pin)


def main():
    options = parse_options()
    configure_panda(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    session = Session(has_udp=not options.no_udp)
    try:
        welcome = session.join(options.destination, options.name)
    except SessionError as problem:
        session.leave()
        sys.exit(f"panda_arena: {problem}")
    try:
        game = PandaArena(options, session, welcome)
    except Exception as problem:  # ShowBase has no exception of its own for "no window"
        session.leave()
        sys.exit(f"panda_arena: {problem} Without a display, use --offscreen.")
    try:
        game.run()
    except SystemExit:
        pass
    game.leave()  # also after Ctrl-C, which Panda3D's task manager swallows
    sys.exit(game.exit_code)


if __name__ == "__main__":
    main()
