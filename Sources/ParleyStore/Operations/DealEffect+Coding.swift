package import ParleyDatagrams
internal import ParleyHandoff

/// The effects of a deal, as a zone sends them to a world server: a count (u8), and for each its kind and fields.
package enum DealEffects {
    /// The bytes of some effects.
    package static func encoded(_ effects: [DealEffect]) throws(DatagramError) -> Datagram {
        guard effects.count <= Deal.mostEffects else {
            throw .tooLong(
                what: "effects", count: effects.count, maximum: Deal.mostEffects)
        }
        var datagram = Datagram()
        datagram.append(UInt8(effects.count))
        for effect in effects { try append(effect, to: &datagram) }
        return datagram
    }

    /// The effects that some bytes tell. Whether they can take place is the store's to decide.
    package static func decoded(_ datagram: Datagram) throws(DatagramError) -> [DealEffect] {
        var reader = datagram.reader
        let count = Int(try reader.read(UInt8.self))
        guard count <= Deal.mostEffects else {
            throw .limitExceeded(what: "effects", limit: Deal.mostEffects, offset: 0)
        }
        var effects: [DealEffect] = []
        for _ in 0..<count { effects.append(try readEffect(from: &reader)) }
        try reader.expectEnd()
        return effects
    }

    private static func append(_ effect: DealEffect, to datagram: inout Datagram)
        throws(DatagramError)
    {
        switch effect {
        case .mint(let item, let kind, let to):
            datagram.append(0 as UInt8)
            datagram.append(item.rawValue)
            datagram.append(kind)
            try append(to, to: &datagram)
        case .move(let item, let from, let to):
            datagram.append(1 as UInt8)
            datagram.append(item.rawValue)
            try append(from, to: &datagram)
            try append(to, to: &datagram)
        case .burn(let item, let from):
            datagram.append(2 as UInt8)
            datagram.append(item.rawValue)
            try append(from, to: &datagram)
        case .issue(let currency, let amount, let to):
            append(3, currency, amount, to: &datagram)
            try append(to, to: &datagram)
        case .pay(let currency, let amount, let from, let to):
            append(4, currency, amount, to: &datagram)
            try append(from, to: &datagram)
            try append(to, to: &datagram)
        case .destroy(let currency, let amount, let from):
            append(5, currency, amount, to: &datagram)
            try append(from, to: &datagram)
        }
    }

    private static func append(
        _ kind: UInt8, _ currency: Currency, _ amount: Int64, to datagram: inout Datagram
    ) {
        datagram.append(kind)
        datagram.append(currency.rawValue)
        datagram.append(amount)
    }

    private static func append(_ holder: Holder, to datagram: inout Datagram)
        throws(DatagramError)
    {
        switch holder {
        case .character(let character):
            datagram.append(0 as UInt8)
            try datagram.append(character)
        case .zone(let zone):
            datagram.append(1 as UInt8)
            try datagram.append(zone)
        }
    }

    private static func readEffect(from reader: inout DatagramReader) throws(DatagramError)
        -> DealEffect
    {
        let offset = reader.offset
        switch try reader.read(UInt8.self) {
        case 0:
            return .mint(
                ItemID(rawValue: try reader.read()), kind: try reader.read(),
                to: try readHolder(from: &reader))
        case 1:
            return .move(
                ItemID(rawValue: try reader.read()), from: try readHolder(from: &reader),
                to: try readHolder(from: &reader))
        case 2:
            return .burn(ItemID(rawValue: try reader.read()), from: try readHolder(from: &reader))
        case 3:
            return .issue(
                Currency(rawValue: try reader.read()), try reader.read(),
                to: try readHolder(from: &reader))
        case 4:
            return .pay(
                Currency(rawValue: try reader.read()), try reader.read(),
                from: try readHolder(from: &reader), to: try readHolder(from: &reader))
        case 5:
            return .destroy(
                Currency(rawValue: try reader.read()), try reader.read(),
                from: try readHolder(from: &reader))
        case let kind:
            throw .invalidValue(expected: "a kind of effect", found: "\(kind)", offset: offset)
        }
    }

    private static func readHolder(from reader: inout DatagramReader) throws(DatagramError)
        -> Holder
    {
        let offset = reader.offset
        switch try reader.read(UInt8.self) {
        case 0: return .character(try reader.read())
        case 1: return .zone(try reader.read())
        case let kind:
            throw .invalidValue(expected: "a kind of holder", found: "\(kind)", offset: offset)
        }
    }
}
