import ParleyDatagrams
import ParleyProtocol
import ParleyWorld

extension FuzzTarget {
    /// A packet of commands.
    static let commandBundles = FuzzTarget("command-bundles", corpus: bundleCorpus) { input in
        let datagram = Datagram(embedded: input)
        let bundle: CommandBundle<Key>? = try decoded { () throws(DatagramError) in
            try datagram.decoded()
        }
        guard let bundle else { return }
        let again: CommandBundle<Key> = try Datagram(encoding: bundle).decoded()
        try expect(
            again.newest == bundle.newest && again.packet == bundle.packet
                && again.viewLag256 == bundle.viewLag256 && again.commands == bundle.commands,
            "\(bundle) was written and is \(again)")
        let ticks = bundle.timed.map(\.tick)
        try expect(
            ticks.last == bundle.newest && ticks.count <= CommandBundle<Key>.maximumCount
                && zip(ticks, ticks.dropFirst()).allSatisfy { $0.distance(to: $1) == 1 },
            "commands for the ticks \(ticks)")
        for tick in ticks {
            guard let view = bundle.view(at: tick) else { continue }
            try expect(view <= TickTime(tick), "at \(tick) the player saw \(view)")
        }
    }

    /// A server's report on a client's commands.
    static let commandReports = FuzzTarget("command-reports", corpus: reportCorpus) { input in
        let datagram = Datagram(embedded: input)
        let report: CommandReport? = try decoded { () throws(DatagramError) in
            try datagram.decoded()
        }
        guard let report else { return }
        let again: CommandReport = try Datagram(encoding: report).decoded()
        try expect(again == report, "\(report) was written and is \(again)")
        try expect((0...1).contains(report.loss), "\(report.loss) of the packets are lost")
        if let worst = report.worst {
            let arrival = CommandReport.Arrival(tick: worst.tick, margin: worst.margin)
            try expect(arrival == worst, "\(worst) is \(arrival)")
        }
    }

    /// A command as small games have it.
    private struct Key: DatagramCodable, Equatable, Sendable {
        let code: UInt8

        init(code: UInt8) { self.code = code }
        init(from reader: inout DatagramReader) throws(DatagramError) { code = try reader.read() }
        func encode(into datagram: inout Datagram) { datagram.append(code) }
    }

    private static let bundleCorpus: [[UInt8]] = [
        [1], [1, 1, 1, 1], [1, 2, 2, 3, 3, 3], Array(0..<16), [UInt8](repeating: 7, count: 16),
    ].enumerated().compactMap { index, codes in
        let newest = Tick(number: UInt32(20 + index))
        let view = index == 0 ? nil : TickTime(newest).advanced(byTicks: Double(-index))
        let bundle = CommandBundle(
            newest: newest, packet: UInt8(250 + index), view: view,
            commands: codes.map(Key.init(code:)))
        return bundle.flatMap { try? Datagram(encoding: $0).bytes }
    }

    private static let reportCorpus: [[UInt8]] = [nil, -3.5, 0, 400].compactMap { margin in
        let taken = Tick(number: 300)
        let worst = margin.map { CommandReport.Arrival(tick: taken, margin: $0) }
        let report = CommandReport(taken: taken, worst: worst, loss: 0.1, lossRun: 3)
        return try? Datagram(encoding: report).bytes
    }
}
