/// One life of one zone: the process that registered under the zone's name with this incarnation.
public struct ZoneProcess: Hashable, Sendable, CustomStringConvertible {
    /// The zone's name.
    public var zone: ZoneName
    /// Which life of the zone.
    public var incarnation: Incarnation

    /// The process of this zone and incarnation.
    public init(_ zone: ZoneName, _ incarnation: Incarnation) {
        self.zone = zone
        self.incarnation = incarnation
    }

    /// For example "north, incarnation 3".
    public var description: String { "\(zone), \(incarnation)" }
}

extension Owner {
    /// The process that owns at this epoch.
    public init(_ process: ZoneProcess, _ epoch: Epoch) {
        self.init(zone: process.zone, incarnation: process.incarnation, epoch: epoch)
    }

    /// The owner without its epoch.
    public var process: ZoneProcess { ZoneProcess(zone, incarnation) }

    /// The same process at the next epoch.
    public var next: Owner { Owner(process, epoch.next) }
}
