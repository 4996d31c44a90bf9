internal import ParleySockets

/// What happened in a simulation: a number that is the same for the same run, and lines for people.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class Trace: @unchecked Sendable {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var events: UInt64 = 0
    private let print: ((String) -> Void)?

    /// - Parameter print: Gets each line; without it none is made.
    init(print: ((String) -> Void)?) {
        self.print = print
    }

    /// Takes a number into the hash: one round of FNV-1a, on words instead of bytes.
    func mix(_ value: UInt64) {
        events += 1
        hash = (hash ^ value) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
    }

    /// Takes bytes into the hash.
    func mix(_ bytes: Span<UInt8>) {
        var word: UInt64 = 0
        for index in 0..<bytes.count {
            word = word << 8 | UInt64(bytes[index])
            if index & 7 == 7 {
                mix(word)
                word = 0
            }
        }
        mix(word ^ UInt64(bytes.count) << 56)
    }

    /// Writes a line for people, at the virtual time `now`.
    func note(at now: NetworkInstant, _ line: @autoclosure () -> String) {
        guard let print else { return }
        print("\(Self.seconds(now)) \(line())")
    }

    /// "12.345678" seconds.
    static func seconds(_ instant: NetworkInstant) -> String {
        let microseconds = instant.nanoseconds / 1_000
        let fraction = String(microseconds % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - fraction.count)
        return "\(microseconds / 1_000_000).\(zeros)\(fraction)"
    }
}
