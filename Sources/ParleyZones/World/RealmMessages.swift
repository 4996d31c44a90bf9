package import ParleyDatagrams
package import ParleyHandoff

// Messages between a client and a world server, each in one datagram over the client's TLS connection.

/// What a client asks a world server.
package enum RealmRequest: Hashable, Sendable {
    /// To begin a session, by a name and a password.
    case logIn(game: String, name: String, password: String)
    /// To begin a session, by the token of an earlier one.
    case reEnter(game: String, name: String, token: Datagram)
    /// To go on with a session over this connection, by its proof.
    case comeBack(game: String, proof: Datagram)
    /// Where is my character?
    case locate
    /// To all players of the realm, or of the player's zone.
    case chat(ChatRange, String)
    /// To one player.
    case whisper(to: String, String)
    /// Is the server there?
    case ping
    /// The character leaves the realm.
    case leave
}

/// Who hears what a player says.
public enum ChatRange: UInt8, Hashable, Sendable, CaseIterable {
    /// Everybody in the realm.
    case realm = 0
    /// Everybody in the same zone.
    case zone = 1
}

/// What a world server tells a client.
package enum RealmReply: Hashable, Sendable {
    /// The session has begun.
    case welcome(CharacterID, LoginNumber, proof: Datagram, token: Datagram)
    /// Connect to that zone, with this ticket.
    case admit(Owner, LoginNumber, address: String, ticket: Datagram)
    /// No zone has the character now: ask again.
    case wait(LoginNumber)
    /// The session is over.
    case ended(RealmSessionEnd)
    /// The server does not do it, and why.
    case refused(String)
    /// A player said it.
    case chat(ChatRange, from: String, String)
    /// A player said it to this one.
    case whisper(from: String, String)
    /// The server is there.
    case pong
    /// The session cannot begin or go on now, and why. The connection ends; the client logs in on another one.
    case tryAgain(String)
}

extension RealmRequest: DatagramCodable {
    /// The most bytes of a request. More are refused undecoded.
    package static let byteLimit = 2_048

    private enum Kind: UInt8 {
        case logIn = 1
        case reEnter, comeBack, locate, chat, whisper, ping, leave
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        let byte: UInt8 = try reader.read()
        guard let kind = Kind(rawValue: byte) else {
            throw .invalidValue(
                expected: "a request to a world server (1 to 8)", found: "\(byte)", offset: offset)
        }
        switch kind {
        case .logIn:
            self = .logIn(
                game: try reader.readString(), name: try reader.readString(),
                password: try reader.readString())
        case .reEnter:
            self = .reEnter(
                game: try reader.readString(), name: try reader.readString(),
                token: try reader.readBlob())
        case .comeBack:
            self = .comeBack(game: try reader.readString(), proof: try reader.readBlob())
        case .locate: self = .locate
        case .chat:
            self = .chat(try reader.readRange(), try reader.readString())
        case .whisper: self = .whisper(to: try reader.readString(), try reader.readString())
        case .ping: self = .ping
        case .leave: self = .leave
        }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .logIn(let game, let name, let password):
            datagram.append(Kind.logIn.rawValue)
            for text in [game, name, password] { try datagram.append(text) }
        case .reEnter(let game, let name, let token):
            datagram.append(Kind.reEnter.rawValue)
            for text in [game, name] { try datagram.append(text) }
            try datagram.append(blob: token)
        case .comeBack(let game, let proof):
            datagram.append(Kind.comeBack.rawValue)
            try datagram.append(game)
            try datagram.append(blob: proof)
        case .locate: datagram.append(Kind.locate.rawValue)
        case .chat(let range, let text):
            datagram.append(Kind.chat.rawValue)
            datagram.append(range.rawValue)
            try datagram.append(text)
        case .whisper(let name, let text):
            datagram.append(Kind.whisper.rawValue)
            for text in [name, text] { try datagram.append(text) }
        case .ping: datagram.append(Kind.ping.rawValue)
        case .leave: datagram.append(Kind.leave.rawValue)
        }
    }
}

extension RealmReply: DatagramCodable {
    /// The most bytes of a reply. More are refused undecoded.
    package static let byteLimit = 2_048

    private enum Kind: UInt8 {
        case welcome = 1
        case admit, wait, ended, refused, chat, whisper, pong, tryAgain
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        let byte: UInt8 = try reader.read()
        guard let kind = Kind(rawValue: byte) else {
            throw .invalidValue(
                expected: "a reply of a world server (1 to 9)", found: "\(byte)", offset: offset)
        }
        switch kind {
        case .welcome:
            self = .welcome(
                try reader.read(), try reader.read(), proof: try reader.readBlob(),
                token: try reader.readBlob())
        case .admit:
            self = .admit(
                try reader.read(), try reader.read(), address: try reader.readString(),
                ticket: try reader.readBlob())
        case .wait: self = .wait(try reader.read())
        case .ended: self = .ended(try reader.readEnd())
        case .refused: self = .refused(try reader.readString())
        case .chat:
            self = .chat(
                try reader.readRange(), from: try reader.readString(), try reader.readString())
        case .whisper: self = .whisper(from: try reader.readString(), try reader.readString())
        case .pong: self = .pong
        case .tryAgain: self = .tryAgain(try reader.readString())
        }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .welcome(let character, let login, let proof, let token):
            datagram.append(Kind.welcome.rawValue)
            try datagram.append(character)
            login.encode(into: &datagram)
            try datagram.append(blob: proof)
            try datagram.append(blob: token)
        case .admit(let owner, let login, let address, let ticket):
            datagram.append(Kind.admit.rawValue)
            owner.encode(into: &datagram)
            login.encode(into: &datagram)
            try datagram.append(address)
            try datagram.append(blob: ticket)
        case .wait(let login):
            datagram.append(Kind.wait.rawValue)
            login.encode(into: &datagram)
        case .ended(let end):
            datagram.append(Kind.ended.rawValue)
            datagram.append(end.rawValue)
        case .refused(let text):
            datagram.append(Kind.refused.rawValue)
            try datagram.append(text)
        case .chat(let range, let name, let text):
            datagram.append(Kind.chat.rawValue)
            datagram.append(range.rawValue)
            for text in [name, text] { try datagram.append(text) }
        case .whisper(let name, let text):
            datagram.append(Kind.whisper.rawValue)
            for text in [name, text] { try datagram.append(text) }
        case .pong: datagram.append(Kind.pong.rawValue)
        case .tryAgain(let text):
            datagram.append(Kind.tryAgain.rawValue)
            try datagram.append(text)
        }
    }
}

extension DatagramReader {
    fileprivate mutating func readRange() throws(DatagramError) -> ChatRange {
        let offset = offset
        let byte: UInt8 = try read()
        guard let range = ChatRange(rawValue: byte) else {
            throw .invalidValue(expected: "who hears it (0, 1)", found: "\(byte)", offset: offset)
        }
        return range
    }

    fileprivate mutating func readEnd() throws(DatagramError) -> RealmSessionEnd {
        let offset = offset
        let byte: UInt8 = try read()
        guard let end = RealmSessionEnd(rawValue: byte) else {
            throw .invalidValue(
                expected: "why a session is over (0 to 4)", found: "\(byte)", offset: offset)
        }
        return end
    }
}
