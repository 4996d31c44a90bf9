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

    /// Shows a frame: one write, drawn over the one before, so that nothing flickers.
    package static func show(_ frame: String) {
        // Synchronised update (mode 2026): terminals that know it show the frame as a whole.
        writeAll("\u{1B}[?2026h\u{1B}[H" + frame + "\u{1B}[?2026l", to: STDOUT_FILENO)
    }

    /// Puts everything back; does nothing when there is nothing to put back.
    package static func restore() {
        saved.withLock { saved in
            guard let before = saved.take() else { return }
            if var settings = before.settings { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
            writeAll("\u{1B}[0m\u{1B}[?25h\u{1B}[?7h\u{1B}[?1049l", to: STDOUT_FILENO)
        }
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
