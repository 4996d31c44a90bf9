package import ParleyDatagrams
import ParleyProtocol

/// The checksums behind the records of a recording.
///
/// Each is the FNV-1a hash (64 bits) of all records up to its own, without their checksums. So a
/// damaged record is found, and one that is missing, repeated or in another place. It finds damage,
/// not forgery.
package struct RecordSeal: Sendable {
    /// The number of bytes of a checksum.
    package static let byteCount = 8

    private var hash = StableHash()

    /// The seal before the first record.
    package init() {}

    /// Appends the checksum to the next record.
    package mutating func close(_ record: inout Datagram) {
        add(record)
        record.append(hash.value)
    }

    /// Takes the checksum off the next record.
    ///
    /// - Returns: The record without it; nil if the checksum is another one.
    package mutating func open(_ record: Datagram) -> Datagram? {
        let count = record.count - Self.byteCount
        guard count >= 0 else { return nil }
        let content = record.slice(0..<count)
        add(content)
        var reader = record.slice(count..<record.count).reader
        guard let checksum = try? reader.read(UInt64.self), checksum == hash.value else {
            return nil
        }
        return content
    }

    private mutating func add(_ record: Datagram) {
        for byte in record.bytes { hash.combine(byte: byte) }
    }
}
