extension Role {
    /// The servers of a realm, and its players.
    static var realm: [String: Play] {
        [
            "realm-servers": { try await RealmServers.serve($0) },
            "realm-travellers": { try await Travellers.play($0) },
            "realm-ramblers": { try await Ramblers.play($0) },
            "realm-database": { try await RealmDatabases.serve($0) },
            "realm-logins": { try await RealmLogins.knock($0) },
            "realm-entrants": { try await RealmLogins.enter($0) },
            "realm-load": { try await RealmLoad.play($0) },
        ]
    }
}
