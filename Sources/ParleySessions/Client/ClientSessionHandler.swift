package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// The game's end of a client's session. It decodes what the session carries.
///
/// The calls come one after another on the session's loop.
package protocol ClientSessionHandler: AnyObject, Sendable {
    /// The session begins. Its rates are possible ones.
    func sessionDidBegin(_ welcome: ServerWelcome)

    /// Delivers a notice, and waits while too many are unread: TCP's flow control then makes the
    /// server wait.
    ///
    /// - Returns: Whether it was delivered. The server sends it again otherwise, on the next
    ///   connection.
    /// - Throws: When the bytes are no notice, which ends the session.
    func receiveNotice(_ payload: Datagram) async throws(DatagramError) -> Bool

    /// Receives the payload of a packet.
    ///
    /// - Returns: Whether it was of use.
    func receive(_ payload: ServerPayload, roundTrip: Duration?, at now: NetworkInstant) -> Bool

    /// Sends commands as they are due, for as long as the session lasts. It is cancelled at its end,
    /// and may return before.
    func sendCommands(in session: ClientSession) async throws

    /// The session is over. Nothing more comes.
    func sessionDidEnd()
}
