public import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets

/// A request to join in bytes; `Documentation/Wire.md` has each of them.
extension JoinRequest: DatagramCodable {
    private enum Flag {
        static var isEncrypted: UInt8 { 1 }
        static var account: UInt8 { 2 }
    }

    /// Reads what ``encode(into:)`` wrote.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        let player = Player(
            id: try reader.readPlayer(), name: try reader.readString(length: .uint32))
        let offset = reader.offset
        let flags: UInt8 = try reader.read()
        guard flags <= Flag.isEncrypted | Flag.account else {
            throw .invalidValue(expected: "flags up to 3", found: "\(flags)", offset: offset)
        }
        var account: Account?
        if flags & Flag.account != 0 {
            account = Account(id: try reader.readString(length: .uint32))
        }
        self.init(
            player, join: try reader.readCounted(), account: account,
            address: try reader.readAddress(), isEncrypted: flags & Flag.isEncrypted != 0)
    }

    /// Appends the player, how the server knows it, its value and its address.
    ///
    /// - Throws: What a join value throws that cannot be encoded.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(player: id)
        try datagram.append(name, length: .uint32)
        datagram.append((isEncrypted ? Flag.isEncrypted : 0) | (account == nil ? 0 : Flag.account))
        if let account { try datagram.append(account.id, length: .uint32) }
        try datagram.append(counted: join)
        datagram.append(address)
    }
}

extension DatagramReader {
    fileprivate mutating func readAddress() throws(DatagramError) -> SocketAddress {
        SocketAddress(high: try read(), low: try read(), scope: try read(), port: try read())
    }
}

extension Datagram {
    fileprivate mutating func append(_ address: SocketAddress) {
        append(address.high)
        append(address.low)
        append(address.scope)
        append(address.port)
    }
}
