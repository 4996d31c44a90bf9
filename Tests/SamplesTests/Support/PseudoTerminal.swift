import Foundation
import Glibc
import Synchronization

/// A terminal without a window: a program runs in it, and a test types and reads.
final class PseudoTerminal: Sendable {
    private let master: Int32
    /// The other end, for the program.
    let device: FileHandle
    private let chunks: AsyncStream<String>

    struct NoTerminal: Error {}

    init(columns: UInt16 = 120, rows: UInt16 = 40) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (isLocked, number) = (0 as Int32, 0 as UInt32)
        // TIOCSPTLCK and TIOCGPTN are macros that Swift does not see.
        guard master >= 0, ioctl(master, 0x4004_5431, &isLocked) == 0,
            ioctl(master, 0x8004_5430, &number) == 0,
            let device = FileHandle(forUpdatingAtPath: "/dev/pts/\(number)")
        else { throw NoTerminal() }
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        self.device = device
        chunks = Self.chunks(of: master)
    }

    deinit { close(master) }

    /// Reading blocks, so a thread of its own reads, until the last process has closed the device.
    private static func chunks(of master: Int32) -> AsyncStream<String> {
        let (chunks, continuation) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingOldest(100_000))
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(master, &buffer, buffer.count), count > 0 {
                continuation.yield(String(decoding: buffer[..<count], as: UTF8.self))
            }
            continuation.finish()
        }
        return chunks
    }

    /// Waits until the program has written `text`.
    ///
    /// - Returns: All that it wrote until then, or until its end if it never wrote `text`.
    func output(until text: String) async -> String {
        var output = ""
        for await chunk in chunks {
            output += chunk
            if output.contains(text) { break }
        }
        return output
    }

    func type(_ keys: String) {
        var keys = keys
        keys.withUTF8 { _ = write(master, $0.baseAddress, $0.count) }
    }

    /// The terminal's settings: whether it echoes, and whether it waits for whole lines.
    var isRaw: Bool {
        var settings = termios()
        tcgetattr(master, &settings)
        return settings.c_lflag & tcflag_t(ICANON | ECHO) == 0
    }
}

/// Waits until a process is stopped by a signal, and leaves its state for its parent to collect.
func untilStopped(_ process: Int32) async {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            var information = siginfo_t()
            waitid(P_PID, id_t(process), &information, WSTOPPED | WNOWAIT)
            continuation.resume()
        }
    }
}
