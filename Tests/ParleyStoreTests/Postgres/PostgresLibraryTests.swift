import Testing

@testable import ParleyPostgres

/// What a machine without libpq, or with an old one, is told.
@Suite struct PostgresLibraryTests {
    private func error(_ library: String) async -> PostgresOpenError? {
        do throws(PostgresOpenError) {
            let store = try await PostgresStore(
                "postgres://parley:hunter2@127.0.0.1:1/game", configuration: .init(),
                library: PostgresLibrary(name: library))
            await store.close()
            return nil
        } catch {
            return error
        }
    }

    @Test func aMissingLibraryIsNamedWithItsPackages() async throws {
        let error = try #require(await error("libpq-that-is-not-here.so.5"))
        guard case .libraryMissing(let words) = error.reason else {
            Issue.record("not said to be missing: \(error)")
            return
        }
        #expect(
            words.hasPrefix(
                """
                PostgreSQL's client library is not installed (Debian: apt-get install libpq5; \
                Fedora: dnf install libpq; Arch: pacman -S postgresql-libs): \
                libpq-that-is-not-here.so.5:
                """), "\(words)")
        #expect("\(error)" == words)
        #expect(!words.contains("hunter2"))
    }

    /// Another library stands in for a libpq without the newer calls.
    @Test func aLibraryThatIsTooOldIsSaidToBe() async throws {
        let error = try #require(await error("libm.so.6"))
        #expect(
            error.reason
                == .libraryMissing(
                    "PostgreSQL's client library is older than version 14: it has no PQlibVersion"))
    }

    /// The names of the calls that are looked for are those of libpq itself.
    @Test(.enabled(if: PostgresStore.libraryVersion != nil, "needs libpq"))
    func libpqIsFound() {
        #expect(PostgresLibrary(name: "libpq.so.5").missing == nil)
        #expect(PostgresLibrary.standard.missing == nil)
    }
}
