import ParleyDatagrams

extension OwnershipRequest {
    /// Its kind as a zone sends it; nil for what only world servers ask.
    var kind: PeerMessageKind? {
        switch self {
        case .register: .register
        case .beat: .beat
        case .drain: .drain
        case .commit: .commit
        case .stay: .stay
        case .leave: .leave
        case .fail: .fail
        case .fence: .fence
        case .checkpoint: .checkpoint
        case .perform: .perform
        case .retire, .enter, .recover, .login, .kick, .ban, .pardon, .look, .survey,
            .raiseGeneration:
            nil
        }
    }

    /// Reads the fields behind the kind.
    init(_ kind: PeerMessageKind, from reader: inout DatagramReader) throws(DatagramError) {
        switch kind {
        case .register: self = .register(try reader.read(), mark: try reader.read())
        case .beat: self = .beat(try reader.read(), number: try reader.readCounter("a heartbeat"))
        case .drain: self = .drain(try reader.read())
        case .commit:
            self = .commit(
                try reader.read(), try reader.read(), to: try reader.read(), try reader.read())
        case .stay: self = .stay(try reader.read(), try reader.read(), mark: try reader.read())
        case .leave:
            self = .leave(
                try reader.read(), try reader.read(), mark: try reader.read(), try reader.read())
        case .fail: self = .fail(try reader.read(), try reader.read(), mark: try reader.read())
        case .fence: self = .fence(try reader.read(), try reader.read())
        case .checkpoint:
            self = .checkpoint(try reader.read(), try reader.read(), try reader.read())
        case .perform: self = .perform(try reader.read(), try reader.read(), try reader.read())
        case .hello, .terms, .zoneAnswer, .characterAnswer, .prepare, .prepared, .warm, .cancel,
            .take, .taken, .end, .died, .deal, .dealt, .read, .sheet, .zones, .listening, .operate,
            .operated, .empty, .session, .placed, .said, .seek, .found, .whisper, .guide:
            throw .invalidValue(expected: "a zone's request", found: "\(kind)", offset: 0)
        }
    }

    /// Appends the fields behind the kind.
    func encodeFields(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .register(let zone, let mark):
            zone.encode(into: &datagram)
            datagram.append(mark)
        case .beat(let process, let number):
            process.encode(into: &datagram)
            datagram.append(number)
        case .drain(let process): process.encode(into: &datagram)
        case .commit(let attempt, let owner, let target, let seal):
            try attempt.encode(into: &datagram)
            owner.encode(into: &datagram)
            target.encode(into: &datagram)
            try datagram.append(seal)
        case .stay(let character, let owner, let mark), .fail(let character, let owner, let mark):
            try datagram.append(character)
            owner.encode(into: &datagram)
            datagram.append(mark)
        case .leave(let character, let owner, let mark, let state):
            try datagram.append(character)
            owner.encode(into: &datagram)
            datagram.append(mark)
            try datagram.append(state)
        case .fence(let character, let owner):
            try datagram.append(character)
            owner.encode(into: &datagram)
        case .checkpoint(let character, let owner, let state):
            try datagram.append(character)
            owner.encode(into: &datagram)
            try datagram.append(state)
        case .perform(let operation, let character, let owner):
            try operation.encode(into: &datagram)
            try datagram.append(character)
            owner.encode(into: &datagram)
        case .retire, .enter, .recover, .login, .kick, .ban, .pardon, .look, .survey,
            .raiseGeneration:
            throw .notRepresentable(value: "\(self)", type: "a zone's request")
        }
    }
}
