import ParleyMetrics

extension FuzzTarget {
    /// The head of a request to the server of metrics.
    static let httpRequests = FuzzTarget("http-requests", corpus: httpCorpus) { input in
        var whole = HTTPRequestReader()
        let progress = whole.receive(input)
        var pieces = HTTPRequestReader()
        var last = HTTPRequestReader.Progress.incomplete
        for place in input.indices where last == .incomplete {
            last = pieces.receive(input[place...place])
        }
        try expect(last == progress, "in pieces it is \(last), and \(progress) as a whole")
        try expect(
            progress != .incomplete || input.count <= HTTPRequestReader.limit,
            "\(input.count) bytes are still incomplete")
        if case .request(let method, let path) = progress {
            try expect(
                path.hasPrefix("/") && !path.contains("?") && !method.isEmpty,
                "\(method) \(path) is no request")
        }
    }

    private static let httpCorpus = [
        "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD / HTTP/1.0\r\n\r\n",
        "GET /metrics?a=b HTTP/1.1\r\nHost: zone:9464\r\nAccept: text/plain;version=0.0.4\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", "GET / HTTP/2.0\r\n\r\n",
    ].map { Array($0.utf8) }
}
