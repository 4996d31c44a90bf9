import ParleyDatagrams
import ParleySockets

/// Agones' sidecar of this process, by its REST interface: one HTTP/1.1 request a connection, to this machine alone.
struct SidecarPort: Sendable {
    /// What can be said.
    enum Word: String, Hashable, Sendable {
        case ready, health, shutdown
    }

    let port: UInt16
    let network: any Network

    /// The most bytes of an answer that are read. Its status is in its first line.
    static let answerLimit = 16_384

    /// Says a word.
    ///
    /// - Returns: Whether the answer came in time, and its status is 200.
    func tell(_ word: Word, within limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await ask(word, within: limit)) == 200 }
            group.addTask {
                let end = network.clock.now.advanced(by: limit)
                try? await network.clock.sleep(until: end, tolerance: nil)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// - Returns: The status of the answer; nil if it is none.
    private func ask(_ word: Word, within limit: Duration) async throws -> Int? {
        let request =
            "POST /\(word.rawValue) HTTP/1.1\r\nHost: localhost:\(port)\r\n"
            + "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
        return try await ConnectionManager.run(network: network) { manager in
            let connection = try await manager.connect(
                to: .loopback(port: port), timeout: limit,
                options: ConnectionOptions(framing: .raw))
            try await connection.send(Datagram(bytes: Array(request.utf8)))
            var answer: [UInt8] = []
            for await bytes in connection.datagrams {
                answer += Array(bytes.bytes)
                if let status = Self.status(of: answer) {
                    await connection.abort()
                    return status
                }
                if answer.count > Self.answerLimit { break }
            }
            await connection.abort()
            return nil
        }
    }

    /// The status in the head of an answer; nil until the head is there, and for what is no answer of HTTP/1.
    static func status(of answer: [UInt8]) -> Int? {
        let text = String(decoding: answer.prefix(answerLimit), as: UTF8.self)
        guard text.utf8.count <= 2 * answerLimit, let end = text.firstRange(of: "\r\n\r\n"),
            let line = text[..<end.lowerBound].split(separator: "\r\n").first
        else { return nil }
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0",
            words[1].utf8.count == 3
        else { return nil }
        return Int(words[1])
    }
}
