package import ParleyDatagrams
public import ParleyHandoff
public import ParleyStore

/// What an operator asks a world server.
public enum OperatorCommand: Hashable, Sendable {
    /// How the realm is.
    case status
    /// What the store knows of a character.
    case inspect(CharacterReference)
    /// To end a character's session. The next login is allowed.
    case kick(CharacterReference)
    /// To end a character's session, and to forbid the next.
    case ban(CharacterReference)
    /// To take a ban or a quarantine back.
    case pardon(CharacterReference)
    /// To let a zone hand its characters to its neighbours, and end.
    case drain(ZoneName)
    /// To send a character to another zone, with or without a border between them.
    case move(CharacterReference, ZoneName)
    /// To take a quarantine back, and nothing but that.
    case release(CharacterReference)
    /// To copy the store into a new file beside it. Where an answer was lost, the next server finds the file there, and
    /// refuses although the copy was made.
    case backUp(BackupName)
}

/// A character, as an operator names it.
public enum CharacterReference: Hashable, Sendable, CustomStringConvertible {
    /// By its number.
    case number(CharacterID)
    /// By the name of its account.
    case name(AccountName)

    /// The character in a word: digits are a number, anything else is a name; nil if it can be neither.
    public init?(_ word: String) {
        if let number = UInt64(word), number <= UInt64(Int64.max) {
            self = .number(CharacterID(rawValue: number))
        } else if let name = AccountName(word) {
            self = .name(name)
        } else {
            return nil
        }
    }

    /// For example "character 7" or "ann".
    public var description: String {
        switch self {
        case .number(let character): character.description
        case .name(let name): name.text
        }
    }
}

extension OperatorCommand: DatagramCodable {
    private enum Kind: UInt8 {
        case status = 1
        case inspect, kick, ban, pardon, drain, move, release, backUp
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        let byte: UInt8 = try reader.read()
        guard let kind = Kind(rawValue: byte) else {
            throw .invalidValue(
                expected: "an operator's command (1 to 9)", found: "\(byte)", offset: offset)
        }
        switch kind {
        case .status: self = .status
        case .inspect: self = .inspect(try reader.read())
        case .kick: self = .kick(try reader.read())
        case .ban: self = .ban(try reader.read())
        case .pardon: self = .pardon(try reader.read())
        case .drain: self = .drain(try reader.read())
        case .move: self = .move(try reader.read(), try reader.read())
        case .release: self = .release(try reader.read())
        case .backUp: self = .backUp(try BackupName(from: &reader))
        }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .status: datagram.append(Kind.status.rawValue)
        case .inspect(let who): try Self.encode(.inspect, who, into: &datagram)
        case .kick(let who): try Self.encode(.kick, who, into: &datagram)
        case .ban(let who): try Self.encode(.ban, who, into: &datagram)
        case .pardon(let who): try Self.encode(.pardon, who, into: &datagram)
        case .drain(let zone):
            datagram.append(Kind.drain.rawValue)
            zone.encode(into: &datagram)
        case .move(let who, let zone):
            try Self.encode(.move, who, into: &datagram)
            zone.encode(into: &datagram)
        case .release(let who): try Self.encode(.release, who, into: &datagram)
        case .backUp(let name):
            datagram.append(Kind.backUp.rawValue)
            try datagram.append(name.text)
        }
    }

    private static func encode(
        _ kind: Kind, _ who: CharacterReference, into datagram: inout Datagram
    ) throws(DatagramError) {
        datagram.append(kind.rawValue)
        try datagram.append(who)
    }
}

extension CharacterReference: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        switch try reader.read(UInt8.self) {
        case 0: self = .number(try reader.read())
        case 1:
            let text = try reader.readString()
            guard let name = AccountName(text) else {
                throw .invalidValue(expected: "an account's name", found: text, offset: offset)
            }
            self = .name(name)
        case let byte:
            throw .invalidValue(
                expected: "a number (0) or a name (1)", found: "\(byte)", offset: offset)
        }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .number(let character):
            datagram.append(UInt8(0))
            try datagram.append(character)
        case .name(let name):
            datagram.append(UInt8(1))
            try datagram.append(name.text)
        }
    }
}
