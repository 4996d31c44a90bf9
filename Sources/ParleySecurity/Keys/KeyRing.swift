/// Several keys by their numbers: the newest one seals, and all of them open. So keys are replaced while what the
/// older ones have sealed is still on its way.
///
/// A sealed message is the key's number (u32, little-endian), and what a ``RandomNonceSealer`` makes. Each purpose
/// has a domain: what is sealed in one does not open in another.
package struct KeyRing: Sendable, CustomStringConvertible {
    /// The most keys of a ring.
    package static let mostKeys = 16
    /// How much longer a sealed message is than the plain one, in bytes.
    package static let overhead = 4 + RandomNonceSealer.overhead

    private let sealers: [UInt32: RandomNonceSealer]
    private let newest: UInt32

    /// A ring of one random key, which ends with the process.
    package init() {
        self.init([1: RandomNonceSealer(key: Secret(randomCount: RandomNonceSealer.keyCount))])
    }

    /// A ring of some keys, at least one.
    package init(_ sealers: [UInt32: RandomNonceSealer]) {
        guard let newest = sealers.keys.max() else { preconditionFailure("a ring without keys") }
        self.sealers = sealers
        self.newest = newest
    }

    /// The numbers of the keys, the newest last.
    package var numbers: [UInt32] { sealers.keys.sorted() }

    /// Shows the numbers of the keys only.
    package var description: String { "a ring of keys \(numbers)" }

    /// Seals a message under the newest key.
    ///
    /// - Throws: ``SealingError/keyExhausted(afterPackets:)``: the ring needs a newer key.
    package func seal(_ plain: [UInt8], domain: String) throws(SealingError) -> [UInt8] {
        guard let sealer = sealers[newest] else { preconditionFailure("a ring without keys") }
        let context = Self.context(newest, domain)
        return try Self.bytes(newest) + sealer.seal(plain.span, context: context.span)
    }

    /// The plain message; nil if no key of the ring has sealed it in this domain.
    package func open(_ sealed: [UInt8], domain: String) -> [UInt8]? {
        guard sealed.count >= Self.overhead else { return nil }
        let number = sealed.prefix(4).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        guard let sealer = sealers[number] else { return nil }
        return sealer.open(
            sealed.span.extracting(droppingFirst: 4), context: Self.context(number, domain).span)
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func context(_ number: UInt32, _ domain: String) -> [UInt8] {
        bytes(number) + Array(domain.utf8)
    }
}
