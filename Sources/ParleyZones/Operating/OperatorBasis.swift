import ParleyDatagrams
import ParleyHandoff
import ParleyStore

/// What an operator's program saw before it gave a command. A world server that finds something else leaves the command
/// undone, so a command that several servers have got takes effect once.
enum OperatorBasis: Hashable, Sendable {
    /// Nothing: the command reads, or what it makes must not be there yet.
    case nothing
    /// The process of the zone.
    case process(Incarnation)
    /// The character's row: its newest login, and its epoch as a ``CharacterStatus`` has it.
    case row(LoginNumber, epoch: String)

    /// What a command has to be based on.
    enum Need: Sendable {
        case nothing
        case process(ZoneName)
        case row(CharacterReference)
    }
}

extension OperatorCommand {
    /// What its program looks at before it gives the command.
    var need: OperatorBasis.Need {
        switch self {
        case .status, .inspect, .backUp: .nothing
        case .drain(let zone): .process(zone)
        case .kick(let who), .ban(let who), .pardon(let who), .move(let who, _), .release(let who):
            .row(who)
        }
    }
}

extension OperatorBasis: DatagramCodable {
    init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        switch try reader.read(UInt8.self) {
        case 0: self = .nothing
        case 1: self = .process(Incarnation(rawValue: try reader.read()))
        case 2:
            self = .row(LoginNumber(rawValue: try reader.read()), epoch: try reader.readString())
        case let byte:
            throw .invalidValue(
                expected: "a command's basis (0 to 2)", found: "\(byte)", offset: offset)
        }
    }

    func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .nothing: datagram.append(UInt8(0))
        case .process(let incarnation):
            datagram.append(UInt8(1))
            datagram.append(incarnation.rawValue)
        case .row(let login, let epoch):
            datagram.append(UInt8(2))
            datagram.append(login.rawValue)
            try datagram.append(epoch)
        }
    }
}
