import ParleyDatagrams
import ParleyProtocol

extension FuzzTarget {
    /// Headers of packets.
    static let packetHeaders = FuzzTarget("packet-headers", corpus: packetCorpus) { input in
        let datagram = Datagram(embedded: input)
        guard let header = try? PacketHeader(datagram) else { return }
        let again = Datagram { header.encode(into: &$0) }
        try expect(again == datagram.slice(..<PacketHeader.count), "\(header) was \(input)")
        for highest: UInt64? in [nil, 0, 1 << 23, 1 << 62, .max] {
            let number = PacketNumber.expand(header.lowNumber, after: highest)
            try expect(
                number & 0xFF_FFFF == UInt64(header.lowNumber), "\(header.lowNumber) is \(number)")
        }
    }

    /// The sealed part of packets. The first byte chooses the end that sent it.
    static let packetFrames = FuzzTarget("packet-frames", corpus: frameCorpus) { input in
        var choices = Choices(input)
        let end = choices.pick(SessionEnd.allCases)
        let datagram = Datagram(embedded: choices.data)
        let read = try decoded { () throws(DatagramError) in try PacketFrames(datagram, from: end) }
        guard let frames = read else { return }
        let control = Datagram { frames.control.encode(into: &$0) }
        try expect(control.count == frames.control.byteCount, "a wrong length of \(frames.control)")
        guard !control.isEmpty else { return }
        let again = try PacketFrames(control, from: end)
        try expect(again.control == frames.control, "\(frames.control) is \(again.control)")
    }

    /// A server's end of a session. The input chooses what happens to it: packets from three addresses, with any header
    /// and frames, and time that passes.
    static let sessionPackets = FuzzTarget("session-packets", corpus: machineCorpus) { input in
        var drive = MachineDrive(input)
        try drive.run()
    }

    private static let packetCorpus: [[UInt8]] = [
        [0x10, 0, 0, 0, 0, 0, 0, 0], [0x1C, 0x45, 0x23, 0x81, 0x67, 0xEF, 0xCD, 0xAB, 1, 2, 3],
    ]

    private static let frameCorpus: [[UInt8]] = [
        [0, 5] + [UInt8](repeating: 1, count: 12) + [1, 1, 2, 3, 4, 0, 0, 6, 9, 9],
        [1, 2, 1, 2, 3, 4, 5, 6, 7, 8, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 7],
    ]

    private static let machineCorpus: [[UInt8]] = [
        [0, 0, 1, 0, 0, 1, 1, 0, 2, 0, 3, 0, 0, 2, 0, 2, 0, 4, 1, 50, 3, 0],
        (0..<120).map { UInt8($0 * 7 & 0xFF) },
    ]
}

/// Drives a machine by the bytes of an input.
private struct MachineDrive {
    private var choices: Choices
    private var machine = SessionPackets(
        server: SessionNumber(slot: 1, generation: 2), tagCount: 16,
        limits: EpochLimits(packets: 3, age: .seconds(60)), at: .zero)
    private var now = Duration.zero
    private var nextNumber: UInt64 = 0
    private var lastChallenge: UInt64 = 0

    init(_ input: [UInt8]) {
        choices = Choices(input)
    }

    mutating func run() throws {
        while !choices.rest.isEmpty {
            switch choices.byte() % 5 {
            case 0: receive(isTunnelled: false)
            case 1: receive(isTunnelled: true)
            case 2:
                let way: PacketWay = choices.byte() & 1 == 0 ? .udp : .tunnel
                let count = Int(choices.byte()) * 5
                if case .send(let packet) = machine.packet(carrying: count, over: way, at: now) {
                    try check(packet)
                }
            case 3: now += .milliseconds(Int(choices.byte()) * 10)
            default: _ = machine.rebase()
            }
            try settle()
        }
    }

    private mutating func receive(isTunnelled: Bool) {
        let number = (machine.received.window.highest ?? 0) + UInt64(choices.byte()) / 32
        let header = PacketHeader(
            session: machine.session, epoch: UInt32(choices.byte()), number: number)
        var frames = PacketFrames()
        switch choices.byte() % 4 {
        case 0: frames.control.response = lastChallenge
        case 1:
            frames.control.acknowledgement = PacketAcknowledgement(
                newest: UInt32(choices.byte()), history: UInt64(choices.byte()))
        case 2: frames.control.challenge = UInt64(choices.byte())
        default: frames.control.ping = 7
        }
        if isTunnelled {
            guard let pending = try? machine.admitTunnelled(header) else { return }
            _ = try? machine.tunnelled(pending, frames: frames, at: now)
            return
        }
        let path = PathID(rawValue: UInt32(choices.byte() % 3))
        guard let pending = try? machine.admit(header, count: 60, from: path, at: now) else {
            return
        }
        if choices.byte() % 8 == 0 {
            _ = machine.failed()
        } else {
            _ = try? machine.opened(
                pending, frames: pending.isDuplicate ? nil : frames, count: 60, from: path, at: now)
        }
    }

    private mutating func settle() throws {
        _ = machine.advance(to: now)
        var count = 0
        var fresh = lastChallenge
        while let packet = machine.nextControlPacket(
            at: now,
            challenge: {
                fresh += 1
                return fresh
            })
        {
            count += 1
            try expect(count < 10, "control packets without end")
            try check(packet)
            if let challenge = packet.control.challenge { lastChallenge = challenge }
        }
        if let next = machine.nextTimeout() {
            try expect(next > now, "due again at \(next), at \(now)")
        }
    }

    private mutating func check(_ packet: OutgoingPacket) throws {
        try expect(packet.number == nextNumber, "number \(packet.number) after \(nextNumber)")
        nextNumber += 1
        guard case .path(let path) = packet.destination else { return }
        // The checksum of the next packet is taken off already.
        try expect(machine.paths.allowance(to: path) >= -2, "too many bytes to \(path)")
    }
}
