import ParleyDatagrams

// A ticket may be a password, so no text of a configuration has it.
extension GameClientConfiguration: CustomStringConvertible, CustomReflectable {
    /// How the client connects, and how long its ticket is.
    public var description: String {
        "client configuration, ticket of \(ticket.count) bytes (hidden)"
    }

    /// Nothing, so that `dump` does not print the ticket either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
