internal import ParleySockets

/// The events of a simulation: a hash that is equal for equal runs, and lines for people.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class Trace: @unchecked Sendable {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var events: UInt64 = 0
    private let print: ((String) -> Void)?

    /// - Parameter print: Receives each line; no line is made without it.
    init(print: ((String) -> Void)?) {
        self.print = print
    }

    /// Mixes a number into the hash: one round of FNV-1a, on words instead of bytes.
    func mix(_ value: UInt64) {
        events += 1
        hash = (hash ^ value) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
    }

    /// Mixes bytes into the hash.
    func mix(_ bytes: Span<UInt8>) {
        let raw = unsafe bytes.bytes
        var offset = 0
        var mixed = hash
        while offset + 8 <= raw.byteCount {
            // Within the span, as the condition says.
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            mixed = (mixed ^ UInt64(littleEndian: word)) &* 0x9E37_79B9_7F4A_7C15
            mixed ^= mixed >> 29
            offset += 8
        }
        hash = mixed
        var rest = UInt64(bytes.count)
        for index in offset..<bytes.count { rest = rest << 8 | UInt64(bytes[index]) }
        mix(rest)
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
