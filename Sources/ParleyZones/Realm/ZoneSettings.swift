/// The durations and distances of a zone.
public struct ZoneSettings: Hashable, Sendable {
    /// How long before a character reaches a border its client connects to the zone behind it, by its speed.
    public var preparation: Duration = .seconds(3)

    /// How far beyond a border a character is handed over, in the game's unit of length. One that goes back and forth on
    /// the border stays where it is.
    public var borderDepth = 0.5

    /// How often each character's state is written. A crash of the zone takes it back by as much at the most.
    public var checkpointInterval: Duration = .seconds(1)

    /// How long a character stays whose player is not connected; then it leaves the realm.
    public var absence: Duration = .seconds(15)

    /// How long a draining zone tries to hand its characters to its neighbours. Those that are left leave the realm.
    public var drainPatience: Duration = .seconds(10)

    /// How many characters the zone holds or expects. Those that the store has given to it come in beyond that.
    public var capacity = 512

    /// Settings for a game whose bodies move some units a second.
    public init() {}
}
