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
/// There is one of it, and it outlives the program: what is changed about it (the alternate screen,
/// raw mode) is put back when the program ends, however it ends short of a crash.
package enum Terminal {
    /// Whether the standard output is a terminal, and not a file or a pipe.
    package static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }
    package static var isInput: Bool { isatty(STDIN_FILENO) == 1 }

    /// What the window has now; 80 × 24 when it does not say.
    ///
    /// Ask for every frame: that costs one system call, and needs no handler for resized windows.
    package static var size: TerminalSize {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
            window.ws_row > 0
        else { return TerminalSize(columns: 80, rows: 24) }
        return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// Runs `body` on a screen of its own, and gives the user's screen back afterwards.
    ///
    /// With `raw`, keys arrive one by one and unechoed; Ctrl-C stays a signal.
    package static func withFullScreen<Result>(
        raw: Bool, _ body: () async throws -> Result
    ) async throws -> Result {
        takeOver(raw: raw)
        defer { restore() }
        return try await body()
    }

    /// Shows a frame, drawn over the one before in one write, so that nothing flickers.
    ///
    /// It returns at once: a terminal that does not read blocks whoever writes, so a queue of its
    /// own does that, and takes the newest frame whenever the terminal is ready for one.
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
            saved.withLock { if $0 != nil { writeAll(text, to: STDOUT_FILENO) } }
        }
    }

    private static let pending = Mutex<String?>(nil)
    private static let queue = DispatchQueue(label: "terminal")

    /// Puts everything back; does nothing when there is nothing to put back.
    package static func restore() {
        saved.withLock { putBack(&$0) }
    }

    /// As `restore`, but without waiting for a terminal that does not read.
    static func tryToRestore() {
        _ = saved.withLockIfAvailable { putBack(&$0) }
    }

    private static func putBack(_ saved: inout Before?) {
        guard let before = saved.take() else { return }
        if var settings = before.settings { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        writeAll("\u{1B}[0m\u{1B}[?25h\u{1B}[?7h\u{1B}[?1049l", to: STDOUT_FILENO)
    }

    private struct Before: Sendable { var settings: termios? }
    private static let saved = Mutex<Before?>(nil)

    private static func takeOver(raw: Bool) {
        saved.withLock { saved in
            guard saved == nil else { return }
            saved = Before(settings: raw && isInput ? enterRawMode() : nil)
            writeAll("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J", to: STDOUT_FILENO)
        }
        // Also for whoever calls exit() somewhere else.
        atexit { Terminal.restore() }
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

/// Prints a line at once, also when the output is a file or a pipe.
package func printLine(_ line: String) {
    writeAll(line + "\n", to: STDOUT_FILENO)
}

/// Writes all of the text, however many writes the system makes of it.
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
