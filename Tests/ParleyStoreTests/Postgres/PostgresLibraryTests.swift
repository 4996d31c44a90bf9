import Foundation
import ParleySecurity
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

    /// A program ends while its threads use OpenSSL. libpq had it cleared away first, and they crashed.
    @Test(.enabled(if: PostgresStore.libraryVersion != nil, "needs libpq"))
    func openSSLOutlivesTheProgramsEnd() async {
        await #expect(processExitsWith: .success) {
            // What is registered first runs last: after OpenSSL's own end, if it has one.
            atexit { if SHA256.digest(of: [1, 2, 3].span).count != 32 { _exit(1) } }
            // The first encrypted connection begins OpenSSL; how it goes on does not matter.
            let standIn = try TestRelay { _, client in
                var request = [UInt8](repeating: 0, count: 64)
                guard read(client, &request, request.count) > 0 else { return }
                _ = send(client, [UInt8(ascii: "S")], 1, Int32(MSG_NOSIGNAL))
                _ = read(client, &request, request.count)
            }
            var configuration = PostgresStore.Configuration()
            configuration.connectLimit = .seconds(1)
            do throws(PostgresOpenError) {
                let store = try await PostgresStore(
                    "postgres://u@127.0.0.1:\(standIn.port)/d", configuration: configuration)
                await store.close()
            } catch {}
            exit(0)
        }
    }
}
