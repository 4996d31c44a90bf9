package import ParleyDatagrams

/// The payloads of a client's packets: commands.
package enum ClientPayload {
    /// A plain client's command, the first with sequence 1: what ``PacketFrameKind/command`` has.
    package static func command(
        encoding command: some DatagramEncodable, sequence: UInt32
    ) throws(DatagramError) -> Datagram {
        try Datagram { (datagram) throws(DatagramError) in
            datagram.append(sequence)
            try datagram.append(command)
        }
    }

    /// A predicting client's commands by tick, a ``CommandBundle``, and the snapshots it has: what
    /// ``PacketFrameKind/input`` has.
    package static func input<Command>(
        encoding bundle: CommandBundle<Command>, acknowledgement: SnapshotAcknowledgement?
    ) throws(DatagramError) -> Datagram
    where Command: DatagramEncodable & Equatable {
        try Datagram { (datagram) throws(DatagramError) in
            datagram.append(acknowledgement != nil)
            if let acknowledgement { try datagram.append(acknowledgement) }
            try datagram.append(bundle)
        }
    }

    /// Reads what precedes the commands in an input.
    package static func readAcknowledgement(
        from reader: inout DatagramReader
    ) throws(DatagramError) -> SnapshotAcknowledgement? {
        try reader.read(Bool.self) ? try reader.read() : nil
    }
}
