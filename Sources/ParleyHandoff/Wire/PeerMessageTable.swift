/// A kind of message between servers, as its number travels.
package enum PeerMessageKind: UInt8, Hashable, Sendable, CaseIterable {
    case hello = 1
    case zoneAnswer = 2
    case characterAnswer = 3
    case prepare = 4
    case prepared = 5
    case warm = 6
    case cancel = 7
    case take = 8
    case taken = 9
    case end = 10
    case died = 11
    case dealt = 12
    case zones = 13
    case listening = 14
    case sheet = 15
    case register = 16
    case beat = 17
    case drain = 18
    case commit = 19
    case stay = 20
    case leave = 21
    case fail = 22
    case fence = 23
    case checkpoint = 24
    case perform = 25
    case deal = 26
    case read = 27
    case operate = 28
    case operated = 29
    case empty = 30
    case session = 31
    case placed = 32
    case said = 33
    case seek = 34
    case found = 35
    case whisper = 36
    case guide = 37
    case terms = 38
}

/// Who may send which message to whom, how long it may be, and how long its answer may take.
///
/// The table stands in front of every decoder. Both ends compare its hash in their hellos (``PeerVersions``).
package enum PeerMessageTable {
    /// A row of the table.
    package struct Row: Hashable, Sendable {
        /// The kind of message.
        package let kind: PeerMessageKind
        /// Who may send it.
        package let senders: Set<PeerRole>
        /// Who may be sent it.
        package let receivers: Set<PeerRole>
        /// The most bytes, the kind included.
        package let byteLimit: Int
        /// After so many milliseconds without an answer its outcome is unknown; 0 for one without an answer.
        package let deadline: Int
    }

    /// The most bytes of a sealed player.
    package static let sealLimit = 256 * 1_024

    /// All rows.
    package static let rows: [Row] = PeerMessageKind.allCases.map { row($0) }

    /// The row of a kind.
    package static func row(_ kind: PeerMessageKind) -> Row {
        switch kind {
        case .hello: Row(kind, everyone, everyone, 96, 2_000)
        case .terms: Row(kind, everyone, everyone, 64, 0)
        case .zoneAnswer: Row(kind, [.world], [.zone], 66_000, 0)
        case .characterAnswer: Row(kind, [.world], [.zone], 256, 0)
        case .prepare: Row(kind, [.zone], [.zone], 256, 250)
        case .prepared: Row(kind, [.zone], [.zone], 512, 0)
        case .warm, .cancel: Row(kind, [.zone], [.zone], 64, 0)
        case .take: Row(kind, [.zone, .world], [.zone], sealLimit + 256, 250)
        case .taken: Row(kind, [.zone], [.zone, .world], 128, 0)
        case .end: Row(kind, [.world], [.zone], 64, 0)
        case .died: Row(kind, [.supervisor], [.world], 64, 0)
        case .dealt: Row(kind, [.world], [.zone], 256, 0)
        case .deal: Row(kind, [.zone], [.world], 10_240, 1_200)
        case .read: Row(kind, [.zone], [.world], 128, 1_200)
        case .sheet: Row(kind, [.world], [.zone], SheetAnswer.sheetLimit + 64, 0)
        case .operate: Row(kind, [.supervisor], [.world], 256, 1_000)
        case .operated: Row(kind, [.world], [.supervisor], 66_000, 0)
        case .empty: Row(kind, [.world], [.zone], 64, 0)
        case .guide: Row(kind, [.world], [.zone], 128, 0)
        case .zones: Row(kind, [.world], [.zone], 11_000, 0)
        case .listening: Row(kind, [.zone], [.world], 320, 0)
        case .session: Row(kind, [.world], [.world], 64, 0)
        case .seek: Row(kind, [.world], [.world], 64, 1_000)
        case .placed: Row(kind, [.world], [.world], 128, 0)
        case .found: Row(kind, [.world], [.world], 16, 0)
        case .said, .whisper:
            Row(kind, [.world], [.world], ChatMessage.textLimit + 128, 0)
        case .register, .drain: Row(kind, [.zone], [.world], 64, 1_200)
        case .beat: Row(kind, [.zone], [.world], 64, 1_200)
        case .stay, .fail, .fence, .perform: Row(kind, [.zone], [.world], 256, 1_200)
        case .commit, .leave, .checkpoint: Row(kind, [.zone], [.world], sealLimit + 256, 1_200)
        }
    }

    private static let everyone = Set(PeerRole.allCases)
}

extension PeerMessageTable.Row {
    fileprivate init(
        _ kind: PeerMessageKind, _ senders: Set<PeerRole>, _ receivers: Set<PeerRole>,
        _ byteLimit: Int, _ deadline: Int
    ) {
        self.init(
            kind: kind, senders: senders, receivers: receivers, byteLimit: byteLimit,
            deadline: deadline)
    }

    /// A row as the hash takes it. For example "8 take world,zone>zone 262400 250", and a line feed.
    var line: String {
        func names(_ roles: Set<PeerRole>) -> String {
            roles.sorted { $0.rawValue < $1.rawValue }.map { "\($0)" }.joined(separator: ",")
        }
        return
            "\(kind.rawValue) \(kind) \(names(senders))>\(names(receivers)) \(byteLimit) \(deadline)\n"
    }
}
