import ParleySimulation
import ParleySockets

/// Somebody who can read a link, and sends the server copies of what players send, from another address.
///
/// Players whose packets get lost seem to be at that address, until it answers no challenge.
struct Bystander: Sendable {
    let trial: Trial
    let watch: LinkWatch
    let server: SocketAddress

    /// Copies until it is cancelled.
    func run() async throws {
        let host = trial.simulation.host("bystander")
        watch.addDeceiver(host.address)
        try await ConnectionManager.run(network: host) { manager in
            let socket = try await manager.openUDP(port: 0)
            trial.witness.see(socket)
            while !Task.isCancelled {
                for packet in watch.takeCopies() {
                    try? await socket.send(packet, to: server)
                }
                guard (try? await trial.sleep(.milliseconds(200))) != nil else { break }
            }
            await socket.close()
        }
    }
}
