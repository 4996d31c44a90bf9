extension Property {
    /// Every property that is tried with many seeds.
    public static let all: [Property] =
        [
            streamsArriveWhole,
            encryptedStreamsArrive,
            connectionsEndOnce,
            cancelledServersEnd,
            datagramsAreNeverInvented,
            sessionsAreClean,
            cancelledGamesEnd,
            serversStartAgain,
            calmFollowsStorms,
            arenasAgree,
            pausedServersRecover,
            encryptedGamesHold,
            encryptedGamesMove,
            starvedGamesRecover,
        ] + worldsAgree

    /// Those whose worlds last so long that a few seeds are enough.
    public static let long: [Property] = [encryptedGamesLast, encryptedGamesMoveOn]

    /// The property of that name.
    public static func named(_ name: String) -> Property? {
        (all + long).first { $0.name == name }
    }
}
