package import ParleyDatagrams

/// Everything that one player is, at the end of one tick: a checkpoint, or the seal of a handoff.
///
/// Nothing in it can change hands: items and currency are rows of the store.
package struct SealedPlayer: Hashable, Sendable {
    /// The name of the character's account; empty where it is not known yet.
    package var name: String
    /// The session that the counts belong to.
    package var login: LoginNumber
    /// The tick at whose end this was taken, in the zone's own count. Checkpoints of one epoch are ordered by
    /// it.
    package var tick: UInt64
    /// How many requests of this session a tick has applied. Received ones do not count.
    package var requests: UInt64
    /// How many notices of this session have a number.
    package var notices: UInt64
    /// The newest notices, which the client has not counted yet; the last has the number ``notices``.
    package var noticeTail: [Datagram]
    /// Commands that no tick has used.
    package var commands: [Datagram]
    /// Deals whose results the world does not know yet. None of them can take place at a later epoch.
    package var deals: [OpenDeal]
    /// How many events of the store's outbox the player has seen.
    package var outboxSeen: UInt64
    /// The version of the game's bytes.
    package var stateVersion: UInt16
    /// The game's bytes.
    package var state: Datagram

    package init(
        name: String = "", login: LoginNumber, tick: UInt64 = 0, requests: UInt64 = 0,
        notices: UInt64 = 0,
        noticeTail: [Datagram] = [], commands: [Datagram] = [], deals: [OpenDeal] = [],
        outboxSeen: UInt64 = 0, stateVersion: UInt16 = 0, state: Datagram = Datagram()
    ) {
        self.name = name
        self.login = login
        self.tick = tick
        self.requests = requests
        self.notices = notices
        self.noticeTail = noticeTail
        self.commands = commands
        self.deals = deals
        self.outboxSeen = outboxSeen
        self.stateVersion = stateVersion
        self.state = state
    }

    /// The number of the first notice in the tail; one more than ``notices`` if the tail is empty.
    package var firstNotice: UInt64 { notices &+ 1 &- UInt64(noticeTail.count) }
}
