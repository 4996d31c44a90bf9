import ParleyMetrics
import Testing

/// The head of a request, of a peer that may be anybody.
@Suite struct HTTPRequestReaderTests {
    private static let good = "GET /metrics?a=b HTTP/1.1\r\nHost: zone\r\nAccept: */*\r\n\r\n"

    private func read(_ text: String) -> HTTPRequestReader.Progress {
        var reader = HTTPRequestReader()
        return reader.receive(Array(text.utf8))
    }

    @Test func aRequestIsReadInPieces() {
        let bytes = Array(Self.good.utf8)
        for cut in bytes.indices {
            var reader = HTTPRequestReader()
            #expect(reader.receive(bytes[..<cut]) == .incomplete)
            #expect(
                reader.receive(bytes[cut...]) == .request(method: "GET", path: "/metrics"))
        }
        var reader = HTTPRequestReader()
        for byte in bytes.dropLast() { #expect(reader.receive([byte]) == .incomplete) }
    }

    @Test(arguments: [
        ("GET /metrics HTTP/1.1\r\n\r\n", HTTPStatus.badRequest),
        ("GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", .badRequest),
        ("GET /metrics HTTP/1.1\nHost: a\n\n", .badRequest),
        ("GET  /metrics HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
        ("GET http://a/metrics HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
        ("GET /met\u{e9}rics HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
        ("G(T /metrics HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
        ("GET /metrics HTTP/2.0\r\nHost: a\r\n\r\n", .versionNotSupported),
        ("GET /metrics SMTP\r\nHost: a\r\n\r\n", .badRequest),
        ("GET /metrics HTTP/1.1\r\nHost : a\r\n\r\n", .badRequest),
        ("GET /metrics HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", .badRequest),
        ("GET /metrics HTTP/1.1\r\nHost: a\u{0}\r\n\r\n", .badRequest),
        ("\r\n\r\n", .badRequest),
        ("\u{16}\u{3}\u{1}\n", .badRequest),
    ])
    func whatIsNoRequestIsRefused(text: String, status: HTTPStatus) {
        #expect(read(text) == .refused(status))
    }

    @Test func aRequestOfHTTP10NeedsNoHost() {
        #expect(read("HEAD / HTTP/1.0\r\n\r\n") == .request(method: "HEAD", path: "/"))
    }

    @Test func aLongRequestIsRefusedBeforeItsEnd() {
        let line = "GET /" + String(repeating: "a", count: 2_100)
        #expect(read(line) == .refused(.targetTooLong))
        #expect(read(line + " HTTP/1.1\r\nHost: a\r\n\r\n") == .refused(.targetTooLong))
        let field = "X: " + String(repeating: "a", count: 200) + "\r\n"
        let head = "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: field, count: 60)
        #expect(read(head) == .refused(.fieldsTooLarge))
        let fields = "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: a\r\n", count: 64)
        #expect(read(fields + "\r\n") == .refused(.fieldsTooLarge))
    }

    @Test func bytesWithoutALineAreBounded() {
        var reader = HTTPRequestReader()
        var progress = HTTPRequestReader.Progress.incomplete
        var bytes = 0
        while progress == .incomplete, bytes < 100_000 {
            progress = reader.receive([0x41])
            bytes += 1
        }
        #expect(progress == .refused(.targetTooLong))
        #expect(bytes <= HTTPRequestReader.limit)
    }
}
