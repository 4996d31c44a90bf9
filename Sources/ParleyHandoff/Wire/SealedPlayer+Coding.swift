package import ParleyDatagrams

extension SealedPlayer: DatagramCodable {
    /// The most notices in a tail.
    package static let noticeLimit = 4_096
    /// The most commands, as many as a bundle of them has.
    package static let commandLimit = 16
    /// The most durable effects that are open.
    package static let operationLimit = 256

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            login: try reader.read(), tick: try reader.readCounter("a tick"),
            requests: try reader.readCounter("requests"))
        let offset = reader.offset
        notices = try reader.readCounter("notices")
        noticeTail = try reader.readArray(of: "notices", upTo: Self.noticeLimit, atLeast: 2) {
            (reader) throws(DatagramError) in try reader.readBlob()
        }
        guard UInt64(noticeTail.count) <= notices else {
            throw .invalidValue(
                expected: "at most \(notices) notices", found: "\(noticeTail.count)", offset: offset
            )
        }
        commands = try reader.readArray(of: "commands", upTo: Self.commandLimit, atLeast: 2) {
            (reader) throws(DatagramError) in try reader.readBlob()
        }
        operations = try reader.readArray(of: "operations", upTo: Self.operationLimit, atLeast: 19)
        {
            (reader) throws(DatagramError) in try reader.read()
        }
        outboxSeen = try reader.readCounter("events seen")
        stateVersion = try reader.read()
        state = try reader.readBlob(length: .uint32)
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        login.encode(into: &datagram)
        datagram.append(tick)
        datagram.append(requests)
        datagram.append(notices)
        try datagram.append(array: noticeTail, of: "notices", upTo: Self.noticeLimit) {
            (datagram, notice) throws(DatagramError) in try datagram.append(blob: notice)
        }
        try datagram.append(array: commands, of: "commands", upTo: Self.commandLimit) {
            (datagram, command) throws(DatagramError) in try datagram.append(blob: command)
        }
        try datagram.append(array: operations, of: "operations", upTo: Self.operationLimit) {
            (datagram, operation) throws(DatagramError) in try datagram.append(operation)
        }
        datagram.append(outboxSeen)
        datagram.append(stateVersion)
        try datagram.append(blob: state, length: .uint32)
    }
}
