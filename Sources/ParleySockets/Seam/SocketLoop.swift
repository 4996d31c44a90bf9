/// Opens sockets that live on one loop. All calls are for the loop's own thread.
package protocol SocketOpener: AnyObject, Sendable {
    /// Opens a socket that listens for TCP connections.
    ///
    /// - Parameters:
    ///   - address: The local address; `SocketAddress.any(port:)` stands for all of them.
    ///   - backlog: How many connections the system holds until they are accepted.
    func openListener(at address: SocketAddress, backlog: Int, options: [SocketOption])
        throws(OpenError) -> any ListenerPort

    /// Begins to connect to `address`; the port becomes writable when that has ended.
    func openStream(to address: SocketAddress, options: [SocketOption]) throws(SystemError)
        -> any StreamPort

    /// Opens a UDP socket.
    func openDatagrams(at address: SocketAddress, options: [SocketOption]) throws(OpenError)
        -> any DatagramPort
}

/// A loop as the actors of sockets see it: the half of the seam that only this package implements.
package protocol SocketLoop: NetworkLoop, SocketOpener {
    /// The time at which the present turn began. It is cheap, and the same throughout a turn.
    var now: NetworkInstant { get }

    /// Runs `action` on the loop soon, in the order of the calls. Callable from any thread.
    func execute(_ action: @escaping @Sendable () -> Void)

    /// Runs `action` at `deadline`, or as soon after it as the loop is free. Only on the loop.
    func schedule(at deadline: NetworkInstant, _ action: @escaping @Sendable () -> Void)
        -> LoopTimer

    /// Cancels a timer; one that has run already is ignored. Only on the loop.
    func cancel(_ timer: LoopTimer)

    /// Calls the handler's `endOfTurn()` once this turn's work is done. Callable from any thread.
    func requestFlush(_ handler: any TurnEndHandler)

    /// The loop for handshakes of connections that will live on this one: their work delays no game.
    var handshakeLoop: any SocketLoop { get }

    /// Memory that the loop's connections share.
    var streamScratch: StreamScratch { get }

    /// The machine on which the loop runs.
    var machine: any Machine { get }
}

extension SocketLoop {
    /// Runs `action` on the loop: at once when the caller is there, otherwise soon.
    package func perform(_ action: @escaping @Sendable () -> Void) {
        if isCurrent { action() } else { execute(action) }
    }
}

/// The identity of a timer of a loop.
package struct LoopTimer: Sendable, Hashable {
    /// The loop's number for it.
    package let number: UInt64

    /// The timer with that number.
    package init(number: UInt64) {
        self.number = number
    }
}

/// An object that acts once when a loop's turn ends, to write what was queued in it.
package protocol TurnEndHandler: AnyObject, Sendable {
    /// Acts at the end of the turn. Called on the loop.
    func endOfTurn()
}

extension Network {
    /// The next loop, as the actors of sockets see it.
    ///
    /// Stops the program for a loop that this package did not make; it could not open sockets.
    package func nextSocketLoop() -> any SocketLoop {
        guard let loop = nextLoop() as? any SocketLoop else {
            preconditionFailure("the loops of a network come from this package's networks")
        }
        return loop
    }
}
