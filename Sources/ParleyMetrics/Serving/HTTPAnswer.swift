/// A server's answer, after which the connection ends.
struct HTTPAnswer: Hashable, Sendable {
    var status: HTTPStatus
    /// The type of the body.
    var type = "text/plain; charset=utf-8"
    var body: String
    /// Whether only the head is sent: the answer to HEAD.
    var isHeadOnly = false

    /// A page of numbers.
    init(page: String) {
        (status, body) = (.ok, page)
        type = "text/plain; version=0.0.4; charset=utf-8"
    }

    /// A refusal.
    init(_ status: HTTPStatus) {
        self.status = status
        body = "\(status.rawValue) \(status.reason)\n"
    }

    /// The bytes that travel.
    var bytes: [UInt8] {
        var head =
            "HTTP/1.1 \(status.rawValue) \(status.reason)\r\n"
            + "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        if status == .methodNotAllowed { head += "Allow: GET, HEAD\r\n" }
        head += "\r\n"
        return Array(head.utf8) + (isHeadOnly ? [] : Array(body.utf8))
    }
}
