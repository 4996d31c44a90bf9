extension Property {
    /// Every property there is.
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
        ] + worldsAgree

    /// The property of that name.
    public static func named(_ name: String) -> Property? {
        all.first { $0.name == name }
    }
}
