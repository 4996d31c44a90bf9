extension FuzzTarget {
    /// Every decoder of a peer's bytes.
    package static let all: [FuzzTarget] = [
        reader, bits, deltas, frames, packets, coder, arguments, serverHeaders, recordings,
        recordingFiles, addresses, httpRequests, clientMessages, serverMessages, clientPackets,
        serverPayloads,
        inputPackets, snapshotPackets,
        arenaCommands, arenaRequests, arenaNotices, arenaSnapshots, snapshots, acknowledgements,
        commandBundles, commandReports, turnInputs, sessionRecordings, wavefront, eggs,
        invites, knownServers, identities, clientHellos, packetHeaders, packetFrames,
        sessionPackets, peerMessages, travelNotices, dealEffects,
        characterSheets,
        realmRequests, realmReplies, zoneCredentials, zoneNotices,
    ]

    /// The target of that name.
    public static func named(_ name: String) -> FuzzTarget? {
        all.first { $0.name == name }
    }
}
