import ParleyDatagrams
import TestSupport

extension FuzzTarget {
    /// Arguments. The input has the type, the divisor and the value.
    static let arguments = FuzzTarget("arguments", corpus: argumentCorpus) { input in
        var choices = Choices(input)
        let type = choices.pick(ArgumentType.allCases)
        let divisor = choices.pick([1, 1, 10, 100, -3, 0, .max, .min])
        let datagram = Datagram(embedded: choices.data)
        var reader = datagram.reader
        let value = try decoded { () throws(DatagramError) in
            try reader.readArgument(type, divisor: divisor)
        }
        guard let value else {
            return try expect(reader.offset == 0, "\(type): an error moved the reader")
        }
        var again = Datagram()
        let written: Void? = try decoded { () throws(DatagramError) in
            try again.append(value, as: type, divisor: divisor)
        }
        guard divisor == 1 else {
            return try expect(written != nil || again.isEmpty, "an error left bytes behind")
        }
        try expect(
            written != nil && again == datagram.slice(..<reader.offset),
            "\(type): \(value) was read and \(again.bytes) written")
    }

    /// Headers of messages between servers.
    static let serverHeaders = FuzzTarget("server-headers", share: 2, corpus: headerCorpus) {
        input in
        let datagram = Datagram(embedded: input)
        var reader = datagram.reader
        let header = try decoded { () throws(DatagramError) in try reader.read(ServerHeader.self) }
        if let header {
            let again = try Datagram(encoding: header)
            try expect(again == datagram.slice(..<reader.offset), "\(header) was \(input)")
        }
        var control = datagram.reader
        let code = try decoded { () throws(DatagramError) in
            try control.readServerControlHeader()
        }
        guard let code else {
            return try expect(control.offset == 0, "an error moved the reader")
        }
        let again = Datagram { $0.appendServerControlHeader(code: code) }
        try expect(again == datagram.slice(..<control.offset), "code \(code) was \(input)")
    }

    private static let argumentCorpus: [[UInt8]] =
        ArgumentType.allCases.indices.flatMap { type in
            [
                [UInt8(type), 0, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
                [UInt8(type), 3, 4, 0, 0, 0, 0x61, 0x62, 0x63, 0x64],
            ]
        } + GoldenVector.all.map { [9, 0] + $0.bytes }

    private static let headerCorpus: [[UInt8]] = [
        Datagram { ServerHeader(channel: 7, sender: 1 << 40, code: 3).encode(into: &$0) }.bytes,
        Datagram { $0.appendServerControlHeader(code: 2_001) }.bytes,
    ]
}
