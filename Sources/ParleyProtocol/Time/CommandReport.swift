public import ParleyDatagrams

/// A server's measurements of one client's commands; each snapshot carries one.
public struct CommandReport: Hashable, Sendable {
    /// How early one command arrived.
    public struct Arrival: Hashable, Sendable {
        /// Parts that a tick has in `margin256`.
        static let partsPerTick = 256.0

        /// The command's tick.
        public let tick: Tick

        /// How long before its tick was taken it arrived, in 256ths of a tick; negative when it
        /// came too late.
        public let margin256: Int32

        /// The same in ticks.
        public var margin: Double { Double(margin256) / Self.partsPerTick }

        /// An arrival this many ticks early, or the nearest that can be said; in time to the point
        /// when it is no number.
        public init(tick: Tick, margin: Double) {
            self.tick = tick
            let parts = margin.isNaN ? 0 : (margin * Self.partsPerTick).rounded()
            margin256 = Int32(min(max(parts, Double(Int32.min)), Double(Int32.max)))
        }
    }

    /// The newest tick whose command the server took, the client's or a stand-in: no command up to
    /// it has any more effect.
    public let taken: Tick

    /// The least early of the newest commands of the packets since the last report; nil when none
    /// arrived.
    public let worst: Arrival?

    /// The share of the client's packets that is lost, from 0 to 1, in 255ths.
    public let loss255: UInt8

    /// The same as a number from 0 to 1.
    public var loss: Double { Double(loss255) / 255 }

    /// How many lost packets in a row the copies in the next one should replace.
    public let lossRun: UInt8

    /// A report.
    public init(taken: Tick, worst: Arrival?, loss: Double, lossRun: Int) {
        self.lossRun = UInt8(clamping: lossRun)
        self.taken = taken
        self.worst = worst
        // Rounded up: a little loss must not look like none.
        let share = loss.isNaN ? 0 : (loss * 255).rounded(.up)
        loss255 = UInt8(min(max(share, 0), 255))
    }
}

extension CommandReport: DatagramCodable {
    /// Reads 7 bytes, or 15 with an arrival.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        taken = Tick(number: try reader.read())
        loss255 = try reader.read()
        lossRun = try reader.read()
        guard try reader.read(Bool.self) else {
            worst = nil
            return
        }
        worst = Arrival(tick: Tick(number: try reader.read()), margin256: try reader.read())
    }

    /// Appends them.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(taken.number)
        datagram.append(loss255)
        datagram.append(lossRun)
        datagram.append(worst != nil)
        guard let worst else { return }
        datagram.append(worst.tick.number)
        datagram.append(worst.margin256)
    }
}

extension CommandReport.Arrival {
    fileprivate init(tick: Tick, margin256: Int32) {
        self.tick = tick
        self.margin256 = margin256
    }
}
