/// The faults of a simulation beside those of the links: probabilities per call, and mean numbers per
/// host and minute.
public struct Faults: Sendable, Hashable {
    // MARK: In the system, per call

    /// A read returns only part of the bytes that are there.
    public var partialReads = 0.0
    /// A write takes only part of the bytes that there is room for.
    public var partialWrites = 0.0
    /// Writing finds no room where there is some, for a millisecond.
    public var busyWrites = 0.0
    /// A spurious readiness event for a handler.
    public var spuriousReadiness = 0.0
    /// Accepting finds no descriptor left; the connection waits.
    public var acceptExhaustion = 0.0
    /// A connection has ended before it was accepted.
    public var acceptAborts = 0.0

    // MARK: In the network, per host and minute

    /// TCP connections reset by something between the hosts.
    public var resets = 0.0
    /// Hosts seen from another UDP port from now on, as after a router's restart (NAT rebinding).
    public var rebindings = 0.0
    /// Hosts that pause, up to `longestPause`.
    public var pauses = 0.0
    /// Hosts that are cut off, in one direction or both, up to `longestPartition`.
    public var partitions = 0.0
    /// Links between two hosts on which all traffic waits, up to `longestClog`.
    public var clogs = 0.0
    /// Hosts that crash, and start again within `longestOutage`. Only hosts with a program to start
    /// again crash (`SimulatedHost.keepRunning`).
    public var crashes = 0.0
    /// Hosts whose clocks change to another of `clockRates`.
    public var clockChanges = 0.0

    /// The longest pause.
    public var longestPause = Duration.seconds(2)
    /// The longest partition.
    public var longestPartition = Duration.seconds(4)
    /// The longest clog.
    public var longestClog = Duration.seconds(2)
    /// The longest time between a crash and the next start.
    public var longestOutage = Duration.seconds(10)
    /// The rates of the hosts' clocks (`SimulatedHost.clockRate`). Every host draws its own when it is
    /// made, and keeps it when this range changes.
    public var clockRates = 1.0...1.0

    /// No faults; set the rates that are wanted.
    public init() {}

    /// No faults.
    public static let none = Faults()

    /// The faults of an ordinary evening.
    public static let mild: Faults = {
        var faults = Faults()
        faults.partialReads = 0.1
        faults.partialWrites = 0.1
        faults.busyWrites = 0.01
        faults.spuriousReadiness = 0.01
        faults.rebindings = 0.05
        faults.pauses = 0.1
        faults.clogs = 0.2
        faults.longestPause = .milliseconds(500)
        faults.longestClog = .milliseconds(500)
        return faults
    }()

    /// Every fault, at its highest rate.
    public static let worst: Faults = {
        var faults = Faults()
        faults.partialReads = 0.5
        faults.partialWrites = 0.5
        faults.busyWrites = 0.1
        faults.spuriousReadiness = 0.1
        faults.acceptExhaustion = 0.1
        faults.acceptAborts = 0.1
        faults.resets = 0.5
        faults.rebindings = 1
        faults.pauses = 1
        faults.partitions = 1
        faults.clogs = 2
        faults.crashes = 0.2
        return faults
    }()

    /// The sets that have a name, for command lines.
    public static let names = ["none", "mild", "worst"]

    /// The set of that name: one of `names`.
    public static func named(_ name: String) -> Faults? {
        switch name {
        case "none": Faults.none
        case "mild": .mild
        case "worst": .worst
        default: nil
        }
    }

    /// A mixture that differs from seed to seed: half of the faults at no rate, the others at a rate
    /// up to their worst, so that runs differ in kind ("swarm testing", Groce et al. 2012).
    public static func mixed(using random: inout some RandomNumberGenerator) -> Faults {
        var faults = Faults()
        for rate in rates where random.happens(0.5) {
            faults[keyPath: rate] = Faults.worst[keyPath: rate] * random.fraction()
        }
        return faults
    }

    private static var rates: [WritableKeyPath<Faults, Double>] {
        [
            \.partialReads, \.partialWrites, \.busyWrites, \.spuriousReadiness,
            \.acceptExhaustion, \.acceptAborts, \.resets, \.rebindings, \.pauses, \.partitions,
            \.clogs, \.crashes,
        ]
    }
}
