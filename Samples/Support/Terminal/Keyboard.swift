import Foundation
import Glibc

/// The key presses while the terminal is in raw mode.
package enum Keyboard {
    /// All keys, the newest 64 if the reader is behind. The stream ends with the input.
    ///
    /// Reading blocks, so a thread of its own reads.
    package static func keys() -> AsyncStream<Key> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Key.self, bufferingPolicy: .bufferingNewest(64))
        Thread.detachNewThread {
            var decoder = KeyDecoder()
            var buffer = [UInt8](repeating: 0, count: 256)
            while true {
                let count = read(STDIN_FILENO, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EIO, Terminal.isInBackground {
                    // Not the end of the input: the keys are the shell's until `fg`.
                    usleep(100_000)
                    continue
                }
                guard count > 0 else { break }
                for key in decoder.keys(in: buffer[..<count]) { continuation.yield(key) }
            }
            continuation.finish()
        }
        return stream
    }
}

/// The direction of the arrow keys. A terminal reports when a key is pressed, but not when it is released.
///
/// A direction holds for a moment after its key, or until a key of the same axis follows. Terminals
/// repeat a key that is held down, and every repeat renews the direction.
package struct HeldDirections: Sendable {
    /// The time for which a key counts as held.
    package static let hold = Duration.milliseconds(150)

    private var horizontal = Axis()
    private var vertical = Axis()

    private struct Axis: Sendable {
        var value = 0.0
        var until = Duration.zero

        func value(at now: Duration) -> Double { now < until ? value : 0 }
    }

    package init() {}

    /// Takes a key press. Keys other than arrows and WASD are ignored.
    package mutating func press(_ key: Key, at now: Duration) {
        switch key {
        case .right, .character("d"), .character("D"): press(\.horizontal, 1, now)
        case .left, .character("a"), .character("A"): press(\.horizontal, -1, now)
        case .up, .character("w"), .character("W"): press(\.vertical, 1, now)
        case .down, .character("s"), .character("S"): press(\.vertical, -1, now)
        default: break
        }
    }

    private mutating func press(
        _ axis: WritableKeyPath<Self, Axis>, _ value: Double, _ now: Duration
    ) {
        self[keyPath: axis] = Axis(value: value, until: now + Self.hold)
    }

    /// East and north, each −1, 0 or 1.
    package func direction(at now: Duration) -> (x: Double, y: Double) {
        (horizontal.value(at: now), vertical.value(at: now))
    }
}
