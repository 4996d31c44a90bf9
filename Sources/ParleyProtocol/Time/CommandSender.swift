/// The commands that a client still has to send to its server.
///
/// Each packet repeats the newest few that may still matter; once the server has taken a tick, its
/// command is forgotten, whether it arrived or not.
public struct CommandSender<Command: Sendable>: Sendable {
    /// The most commands that are kept, which is more than a packet can hold.
    public static var capacity: Int { 64 }

    /// Neighbouring ticks, the newest last.
    private var waiting: [Command] = []
    private var newest: Tick?
    private var packet: UInt8 = 0

    /// Nothing to send.
    public init() {}

    /// How many commands wait.
    public var count: Int { waiting.count }

    /// The player's command for a tick.
    ///
    /// A tick that is not newer than the last one is refused: commands are not taken back. After a
    /// gap, the commands before it are forgotten, because they are too late anyway.
    ///
    /// - Returns: Whether it was accepted.
    @discardableResult
    public mutating func append(_ command: Command, for tick: Tick) -> Bool {
        if let newest {
            guard tick > newest else { return false }
            if newest.distance(to: tick) > 1 { waiting.removeAll(keepingCapacity: true) }
        }
        waiting.append(command)
        newest = tick
        if waiting.count > Self.capacity { waiting.removeFirst(waiting.count - Self.capacity) }
        return true
    }

    /// The server has taken all ticks up to this one.
    public mutating func acknowledge(through taken: Tick) {
        guard let newest else { return }
        let left = max(0, taken.distance(to: newest))
        if left < waiting.count { waiting.removeFirst(waiting.count - left) }
    }

    /// The next packet; nil when there is nothing to send.
    ///
    /// - Parameters:
    ///   - redundancy: How many commands it may hold, at least one; ``InputClock/redundancy``.
    ///   - view: The drawn moment, if the server is to know it.
    public mutating func nextBundle(
        redundancy: Int, view: TickTime? = nil
    ) -> CommandBundle<Command>? {
        guard let newest,
            let bundle = CommandBundle(
                newest: newest, packet: packet, view: view,
                commands: waiting.suffix(max(1, redundancy)))
        else { return nil }
        packet &+= 1
        return bundle
    }
}
