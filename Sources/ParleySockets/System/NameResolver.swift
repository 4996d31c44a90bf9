internal import CParleySystem
internal import Synchronization

/// Looks names up on separate threads, because the system's call blocks without a bound.
///
/// At most four look-ups run at once; further requests wait. A cancelled caller stops waiting, and the
/// resolver discards the result of the system's call.
final class NameResolver: Sendable {
    private struct Request {
        let host: String
        let port: UInt16
        let answer: Promise<Result<[SocketAddress], ResolveError>>
    }

    private struct State {
        var waiting: [Request] = []
        var threads = 0
    }

    private static let threadLimit = 4
    private static let addressLimit = 64
    private let state = Mutex(State())

    func resolve(_ host: String, port: UInt16) async throws(ResolveError) -> [SocketAddress] {
        if let numeric = SocketAddress(host: host, port: port) { return [numeric] }
        guard !host.isEmpty, !host.utf8.contains(0) else {
            throw .notFound(host: host, reason: "not a host's name")
        }
        let request = Request(host: host, port: port, answer: Promise())
        enqueue(request)
        do {
            return try await request.answer.value().get()
        } catch let error as ResolveError {
            throw error
        } catch {
            forget(request)
            throw .cancelled
        }
    }

    /// Removes a request whose caller was cancelled.
    private func forget(_ request: Request) {
        state.withLock { state in state.waiting.removeAll { $0.answer === request.answer } }
    }

    private func enqueue(_ request: Request) {
        let mustStart = state.withLock { state in
            state.waiting.append(request)
            guard state.threads < Self.threadLimit else { return false }
            state.threads += 1
            return true
        }
        guard mustStart else { return }
        do {
            try startThread(named: "parley-names") { self.work() }
        } catch {
            let stranded = state.withLock { state in
                state.threads -= 1
                guard state.threads == 0 else { return [Request]() }
                defer { state.waiting = [] }
                return state.waiting
            }
            for request in stranded {
                request.answer.fulfil(
                    .failure(.notFound(host: request.host, reason: "\(error)")))
            }
        }
    }

    private func work() {
        while let request = next() {
            request.answer.fulfil(Self.lookUp(request.host, port: request.port))
        }
    }

    private func next() -> Request? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.threads -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }

    private static func lookUp(_ host: String, port: UInt16)
        -> Result<[SocketAddress], ResolveError>
    {
        var addresses = [parley_address](repeating: parley_address(), count: addressLimit)
        let count = unsafe parley_resolve(host, port, &addresses, Int32(addressLimit))
        guard count > 0 else {
            let reason =
                unsafe count == 0
                ? "it has no address" : String(cString: parley_resolve_error(count))
            return .failure(.notFound(host: host, reason: reason))
        }
        return .success(addresses.prefix(Int(count)).map { SocketAddress($0) })
    }
}
