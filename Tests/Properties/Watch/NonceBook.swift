package import ParleyDatagrams
import ParleyProtocol

/// The packet numbers that were seen in each direction of each session.
///
/// A key belongs to a direction of a session, and a packet's nonce is its number. Numbers go on over all keys of a
/// session. So a number that leaves twice is a nonce that a key may have sealed twice, whatever the epochs say.
///
/// A header has the low 24 bits, which are the whole number of a session that sends fewer packets.
package struct NonceBook: Sendable {
    private struct Direction: Hashable {
        let session: UInt32
        let isToServer: Bool
    }

    private var seen: [Direction: Set<UInt32>] = [:]
    private var epochs: [Direction: Set<UInt8>] = [:]

    /// A book without packets.
    package init() {}

    /// How many packets there were.
    package var count: Int { seen.values.reduce(0) { $0 + $1.count } }

    /// How many keys there were: the epochs of all sessions' directions, as far as two bits tell them apart.
    package var keys: Int { epochs.values.reduce(0) { $0 + $1.count } }

    /// Notes a packet that leaves.
    ///
    /// - Returns: What is wrong with it; nil for nothing.
    package mutating func note(_ packet: Datagram, isToServer: Bool) -> String? {
        let header: PacketHeader
        do throws(PacketDrop) {
            header = try PacketHeader(packet)
        } catch {
            return "\(packet.count) bytes that are no packet leave: \(error)"
        }
        let direction = Direction(session: header.session.rawValue, isToServer: isToServer)
        epochs[direction, default: []].insert(header.epochBits)
        guard !seen[direction, default: []].insert(header.lowNumber).inserted else { return nil }
        return "number \(header.lowNumber) of session \(header.session) leaves the "
            + "\(isToServer ? "client" : "server") a second time, epoch bits \(header.epochBits)"
    }
}
