import Foundation
import Parley
import Testing

/// Runs the client of `Documentation/Panda3D.md` as it stands there.
@Suite(.needsPanda, .timeLimit(.minutes(5)))
struct DocumentationTests {
    /// The first block of Python of the page, without its indentation.
    private func documentedClient() throws -> String {
        let page = PandaPeer.root.appending(path: "Documentation/Panda3D.md")
        let lines = try String(contentsOf: page, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasSuffix("```python") })
        let margin = lines[start].prefix { $0 == " " }.count
        let body = lines[(start + 1)...].prefix { !$0.hasSuffix("```") }
        return body.map { $0.dropFirst(margin) }.joined(separator: "\n")
    }

    @Test func documentedClientGetsItsGreetingBack() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let line = try await withEchoServer { server in
            let client = try documentedClient()
            #expect(client.contains("9099"))
            try client.replacing("9099", with: "\(server.tcp)")
                .write(toFile: folder.path("client.py"), atomically: true, encoding: .utf8)
            return try await PandaPeer.run("client.py", in: folder.url, []) { client in
                try await client.nextLine()
            }
        }
        #expect(line == "1 hello")
    }
}
