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
        ] + worldsAgree + [worldsAgreeDrifting]

    /// Those that do so much for a seed that only an optimised program tries them.
    public static let long: [Property] = [
        starvedGamesRecover, encryptedGamesLast, encryptedGamesMoveOn, handoffsHold, realmsHold,
        crowdsCross,
    ]

    /// The property of that name.
    public static func named(_ name: String) -> Property? {
        (all + long).first { $0.name == name }
    }
}
