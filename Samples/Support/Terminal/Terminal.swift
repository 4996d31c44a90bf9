import Dispatch
import Glibc
import Synchronization

/// The size of a terminal in characters.
package struct TerminalSize: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// The terminal that the program runs in.
///
/// A process has one terminal, and the terminal outlives the process. `Terminal` therefore undoes its
/// changes (the alternate screen, raw mode) when the program ends or is stopped, short of a crash.
package enum Terminal {
    /// Whether the standard output is a terminal, and not a file or a pipe, that the program may draw on.
    package static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 && !isInBackground }
    /// Whether the standard input is a terminal that the program may read.
    package static var isInput: Bool { isatty(STDIN_FILENO) == 1 && !isInBackground }

    /// Whether the shell has given the terminal to another program, as after `bg` or behind `&`. Reading fails
    /// meanwhile, and what is drawn is drawn over the user's shell.
    package static var isInBackground: Bool {
        let foreground = tcgetpgrp(STDIN_FILENO)
        return foreground > 0 && foreground != getpgrp()
    }

    /// The size of the window now; 80 × 24 when the terminal does not say.
    ///
    /// Callers ask before each frame. It costs one system call, and needs no handler for a window
    /// that is resized.
    package static var size: TerminalSize {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
            window.ws_row > 0
        else { return TerminalSize(columns: 80, rows: 24) }
        return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// Runs `body` on the alternate screen, and returns to the user's screen afterwards.
    ///
    /// With `raw`, keys arrive one by one and unechoed. Ctrl-C and Ctrl-Z stay signals. While the
    /// program is stopped by Ctrl-Z, the user's screen is back.
    package static func withFullScreen<Result>(
        raw: Bool, _ body: () async throws -> Result
    ) async throws -> Result {
        JobControl.watch()
        takeOver(raw: raw)
        defer { restore() }
        return try await body()
    }

    /// Shows a frame. It replaces the frame before in one write, so nothing flickers.
    ///
    /// The call returns at once. A terminal that does not read blocks its writer, so a dispatch queue
    /// writes. It takes the newest frame whenever the terminal is ready, and skips the others.
    package static func show(_ frame: String) {
        let isWaiting = pending.withLock { pending in
            defer { pending = frame }
            return pending != nil
        }
        guard !isWaiting else { return }
        queue.async {
            guard let frame = pending.withLock({ $0.take() }) else { return }
            // Synchronised update (mode 2026): terminals that know it show the frame as a whole.
            let text = "\u{1B}[?2026h\u{1B}[H" + frame + "\u{1B}[?2026l"
            takeover.withLock {
                if $0?.isInBackground == true, !isInBackground { $0?.resume() }
                if let takeover = $0, !takeover.isSuspended { writeAll(text, to: STDOUT_FILENO) }
            }
        }
    }

    private static let pending = Mutex<String?>(nil)
    private static let queue = DispatchQueue(label: "terminal")

    // MARK: Taking over and giving back

    /// The program's changes to the terminal, while it has the whole screen.
    private struct Takeover: Sendable {
        var raw: Bool
        /// The settings before raw mode; nil where they are unchanged.
        var settings: termios?
        /// Whether the user has the screen for now, because the program is stopped or in the background.
        var isSuspended = false
        /// Whether it went on in the background. The shell's `fg` says nothing to a program that runs already.
        var isInBackground = false

        mutating func begin() {
            if raw, isInput {
                let before = enterRawMode()
                settings = settings ?? before
            }
            writeAll("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J", to: STDOUT_FILENO)
        }

        mutating func resume() {
            (isSuspended, isInBackground) = (false, false)
            begin()
        }

        mutating func end() {
            if var settings = settings.take() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
            writeAll("\u{1B}[0m\u{1B}[?25h\u{1B}[?7h\u{1B}[?1049l", to: STDOUT_FILENO)
        }
    }

    private static let takeover = Mutex<Takeover?>(nil)

    private static func takeOver(raw: Bool) {
        takeover.withLock { current in
            guard current == nil else { return }
            var takeover = Takeover(raw: raw)
            takeover.begin()
            current = takeover
        }
        // For code elsewhere that calls exit().
        atexit { Terminal.restore() }
    }

    /// Undoes all changes. It does nothing when there are none.
    package static func restore() {
        takeover.withLock { putBack(&$0) }
    }

    /// Like `restore`, but does not wait for a terminal that does not read.
    static func tryToRestore() {
        _ = takeover.withLockIfAvailable { putBack(&$0) }
    }

    private static func putBack(_ takeover: inout Takeover?) {
        guard var taken = takeover.take(), !taken.isSuspended else { return }
        taken.end()
    }

    /// Gives the screen back for a while, before the program stops.
    static func suspend() {
        takeover.withLock {
            guard $0?.isSuspended == false else { return }
            $0?.end()
            $0?.isSuspended = true
        }
    }

    /// Takes the screen again, after the program was stopped and goes on.
    ///
    /// The shell may have changed the terminal without a call of `suspend()`, because SIGSTOP cannot
    /// be caught. In the background the screen stays the shell's, until a frame finds the program in the foreground.
    static func resume() {
        takeover.withLock {
            if isInBackground {
                $0?.isSuspended = true
                $0?.isInBackground = true
            } else {
                $0?.resume()
            }
        }
    }

    private static func enterRawMode() -> termios? {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        settings.c_iflag &= ~tcflag_t(IXON)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        return before
    }
}

/// Prints a line without buffering, also into a file or a pipe.
package func printLine(_ line: String) {
    writeAll(line + "\n", to: STDOUT_FILENO)
}

/// Writes the whole text, in as many system calls as it takes.
package func writeAll(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(bytes).dropFirst(written)
            let count = write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            written += count
        }
    }
}
