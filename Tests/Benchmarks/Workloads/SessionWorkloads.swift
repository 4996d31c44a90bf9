import Foundation

extension Workload {
    /// What a session costs a server in which nothing happens, over TCP and UDP: encrypted, and plain.
    static var idleSessions: Workload {
        func row(_ name: String, _ figure: String, _ target: Double? = nil) -> Row {
            Row(
                name: "idle session\(name)", figure: figure, unit: "KiB/session", baseline: nil,
                target: target)
        }
        return Workload(
            "idle-session",
            parley: { pace in
                let sealed = try holdSessions(pace, isSealed: true)
                let plain = try holdSessions(pace, isSealed: false)
                return [
                    "sealed": sealed.memory, "openssl": sealed.openssl, "plain": plain.memory,
                ]
            },
            rows: [
                row(", encrypted", "sealed", 22), row(", OpenSSL's part", "openssl", 17),
                row(", plain", "plain"),
            ])
    }

    /// What the server has grown by for its sessions, in KiB each.
    private static func holdSessions(
        _ pace: Pace, isSealed: Bool
    ) throws -> (memory: Double, openssl: Double) {
        let clients = max(20, 500 / pace.reduction)
        let numbers = ["clients": clients, "sealed": isSealed ? 1 : 0]
        let server = try Child("parley-hold-sessions", processor: 0, numbers)
        defer { server.end() }
        let port = try server.port()
        let before = try server.sample()
        let players = try Child(
            "parley-stay", processor: 1, numbers.merging(["port": port]) { first, _ in first })
        defer { players.end() }
        _ = try players.port()
        Thread.sleep(forTimeInterval: pace.warmUp + pace.duration)
        let after = try server.sample()
        let unit = Double(clients) * 1024
        return (
            (after.memory - before.memory) / unit, (after.count - before.count) / unit
        )
    }
}
