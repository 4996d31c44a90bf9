import LocalPostgres
import ParleyHandoff
import Testing

@testable import ParleyPostgres
@testable import ParleyStore

/// A primary and its synchronous standby, cut off, cancelled, killed and promoted at bad moments.
@Suite(.needsPostgres, .serialized, .timeLimit(.minutes(10)))
struct FailOverTests {
    /// Ann in the north, and her handoff to the south.
    private func prepare(_ store: PostgresStore) async throws -> CommitHandoff {
        let (north, south) = (
            try await store.readyZone("north"), try await store.readyZone("south")
        )
        let (ann, owner) = try await store.player("ann", in: north)
        return CommitHandoff(
            HandoffID(character: ann, epoch: owner.epoch.next, mark: 5), from: owner, to: south,
            login: firstLogin, seal: state("sealed"))
    }

    /// PostgreSQL answers a cancelled wait with a warning and success. The store does not call it done.
    @Test func aCancelledWaitForTheStandbyIsUnknown() async throws {
        try await TestPostgres.withStandby { primary, standby, _ in
            try await TestPostgres.withStore(on: primary) {
                store, _ in
                #expect(store.findings.warnings == [])
                let schema = await store.schemaName
                let commit = try await prepare(store)
                await standby.pause()
                async let outcome = store.perform(commit)
                try await primary.waits(1, of: schema, for: "SyncRep")
                try await primary.run(
                    """
                    SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
                    WHERE application_name = '\(schema)' AND wait_event = 'SyncRep'
                    """)
                guard case .unknown(.notReplicated(let words)) = await outcome else {
                    Issue.record("a commit that no standby has passed for done")
                    return
                }
                #expect(words.contains("synchronous replication"), "\(words)")
                #expect(await store.statistics.unknown == 1)
                await standby.resume()
                #expect(try await store.done(commit).epoch == commit.handoff.epoch)
            }
        }
    }

    /// The standby is cut off, the primary restarts with the commit in its log, and the standby is promoted without
    /// it. Who asks the restarted primary is not told that it is done.
    @Test func anEpochIsNotGrantedTwice() async throws {
        try await TestPostgres.withStandby { primary, standby, relay in
            let url =
                primary.url().replacing("/postgres", with: "")
                + ",127.0.0.1:\(standby.port)/postgres"
            try await TestPostgres.withStore(on: primary, url: url) { patient, _ in
                let schema = await patient.schemaName
                let commit = try await prepare(patient)
                try await TestPostgres.withStore(
                    on: primary, url: url,
                    {
                        $0.schema = schema
                        $0.transactionLimit = .seconds(2)
                    }
                ) { store, _ in
                    relay.swallowAnswers(true)
                    try await isUnknown(commit, store)
                    try await primary.crash()
                    try await primary.launch()
                    let ann = commit.handoff.character
                    let row = "SELECT number FROM \(schema).owner WHERE character = \(ann.rawValue)"
                    #expect(try await primary.run(row) == "2", "the restarted primary shows it")
                    try await isUnknown(commit, store)
                    try await primary.crash()
                    relay.cut()
                    try await standby.promote()
                    try await standby.waitForStandbys(false)
                    // The new primary never heard of it: staying and the late commit exclude each other.
                    #expect(try await standby.run(row) == "1")
                    let stayed = try await patient.done(Stay(ann, commit.from, mark: 9))
                    #expect(stayed.epoch == commit.handoff.epoch)
                    guard case .notOwner(let now) = try await patient.refused(commit) else {
                        return
                    }
                    #expect(now.owner == stayed)
                }
            }
        }
    }

    /// Performs a commit that no standby takes. On a slow machine its time may run out before it is sent.
    private func isUnknown(_ commit: CommitHandoff, _ store: PostgresStore) async throws {
        var outcome = await store.perform(commit)
        while case .refused(.unavailable) = outcome { outcome = await store.perform(commit) }
        #expect(outcome == .unknown(.noAnswer))
    }

    /// The primary dies under load: everything that was done is at the standby, nothing is there twice.
    @Test func whatWasDoneSurvivesAFailOver() async throws {
        try await TestPostgres.withStandby { primary, standby, _ in
            let url =
                primary.url().replacing("/postgres", with: "")
                + ",127.0.0.1:\(standby.port)/postgres"
            try await TestPostgres.withStore(on: primary, url: url, { $0.waitLimit = .seconds(60) })
            {
                store, _ in
                let north = try await store.readyZone("north")
                let (ann, owner) = try await store.player("ann", in: north)
                let (done, unknown) = try await withThrowingTaskGroup(
                    of: StoreOutcome<DealResult>.self
                ) { group in
                    for number in 1...300 as ClosedRange<UInt64> {
                        group.addTask {
                            await store.perform(
                                Deal(
                                    DealTests.request(ann, number), parties: [ann: owner],
                                    effects: [.issue(DealTests.gold, 1, to: .character(ann))]))
                        }
                    }
                    var (done, unknown) = (0, 0)
                    while let outcome = try await group.next() {
                        if outcome.value != nil { done += 1 } else { unknown += 1 }
                        guard done == 50, unknown == 0 else { continue }
                        try await primary.crash()
                        try await standby.promote()
                        try await standby.waitForStandbys(false)
                    }
                    return (done, unknown)
                }
                let gold = try await store.done(ReadPossessions(of: .character(ann)))
                    .amount(of: DealTests.gold)
                #expect(done + unknown == 300 && done >= 50)
                #expect(Int64(done)...Int64(done + unknown) ~= gold, "\(done), \(unknown), \(gold)")
                #expect(await store.audit().value?.problems == [])
            }
        }
    }
}
