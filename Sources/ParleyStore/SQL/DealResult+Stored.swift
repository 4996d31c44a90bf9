package import ParleyDatagrams
internal import ParleyHandoff

/// A deal's result as stored bytes: the format's version, the kind, and its fields.
extension DealResult {
    private static let version: UInt8 = 1

    func stored() throws(StoreFault) -> [UInt8] {
        do throws(DatagramError) {
            return try encoded().bytes
        } catch {
            throw .failed("\(error)")
        }
    }

    /// The bytes of the result, as the store keeps them and as it travels to a zone.
    package func encoded() throws(DatagramError) -> Datagram {
        var datagram = Datagram()
        datagram.append(Self.version)
        try append(to: &datagram)
        return datagram
    }

    /// The result in bytes that came from a world server; nil if they are none.
    package init?(decoding datagram: Datagram) {
        guard let result = try? DealResult(stored: datagram.bytes) else { return nil }
        self = result
    }

    private func append(to datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .applied: datagram.append(UInt8(0))
        case .notEnough(let balance):
            datagram.append(UInt8(1))
            try datagram.append(balance)
        case .itemElsewhere(let item, let holder):
            datagram.append(UInt8(2))
            datagram.append(item.rawValue)
            try datagram.append(holder?.stored ?? "")
        case .itemExists(let item):
            datagram.append(UInt8(3))
            datagram.append(item.rawValue)
        case .tooMuch(let balance):
            datagram.append(UInt8(4))
            try datagram.append(balance)
        }
    }

    init(stored bytes: [UInt8]) throws(StoreFault) {
        var reader = DatagramReader(Datagram(bytes: bytes))
        do {
            let version: UInt8 = try reader.read()
            guard version == Self.version else {
                throw StoreFault.unreadable("a deal's result has format \(version)")
            }
            self = try Self.read(from: &reader)
            try reader.expectEnd()
        } catch let error as StoreFault {
            throw error
        } catch {
            throw .unreadable("a deal's result: \(error)")
        }
    }

    private static func read(from reader: inout DatagramReader) throws -> DealResult {
        switch try reader.read(UInt8.self) {
        case 0: return .applied
        case 1: return .notEnough(try reader.readBalance())
        case 2:
            let item = ItemID(rawValue: try reader.read())
            let holder = try reader.readString()
            return .itemElsewhere(item, holder.isEmpty ? nil : try Holder(stored: holder))
        case 3: return .itemExists(ItemID(rawValue: try reader.read()))
        case 4: return .tooMuch(try reader.readBalance())
        case let kind: throw StoreFault.unreadable("a deal's result of kind \(kind)")
        }
    }
}

extension Datagram {
    fileprivate mutating func append(_ balance: Balance) throws(DatagramError) {
        try append(balance.holder.stored)
        append(balance.currency.rawValue)
        append(balance.amount)
    }
}

extension DatagramReader {
    fileprivate mutating func readBalance() throws -> Balance {
        let holder = try Holder(stored: try readString())
        let currency = Currency(rawValue: try read())
        return Balance(holder: holder, currency: currency, amount: try read())
    }
}
