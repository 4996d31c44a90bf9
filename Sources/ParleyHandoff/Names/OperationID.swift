/// The name of a durable effect. The store applies an operation of one name once, and answers a repetition
/// with the first result.
public enum OperationID: Hashable, Sendable, CustomStringConvertible {
    /// What a player's request did. A zone that lost its memory applies the request again under this name.
    case request(character: CharacterID, login: LoginNumber, request: UInt64, index: UInt16)
    /// What a zone did without a request.
    case zone(ZoneName, Incarnation, counter: UInt64)

    /// For example "request 12.0 of character 7, login 4".
    public var description: String {
        switch self {
        case .request(let character, let login, let request, let index):
            "request \(request).\(index) of \(character), \(login)"
        case .zone(let zone, let incarnation, let counter):
            "effect \(counter) of \(zone), \(incarnation)"
        }
    }
}
