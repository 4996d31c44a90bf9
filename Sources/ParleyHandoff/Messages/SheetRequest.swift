package import ParleyDatagrams

/// A zone asks what a character of its own has, and which deals of it have ended; or what lies in the zone.
///
/// The answer quotes the mark. It is of a moment after the question, so a deal that was decided before the question, and
/// is in no event of the answer, has not taken place.
package struct SheetRequest: Hashable, Sendable {
    /// The zone's process.
    package var process: ZoneProcess
    /// The character, at the epoch at which the zone owns it; nil for the zone itself.
    package var party: DealRequest.Party?
    /// Counts the questions.
    package var mark: UInt64
    /// The newest event of the outbox that the zone has.
    package var seen: UInt64

    package init(_ process: ZoneProcess, _ party: DealRequest.Party?, mark: UInt64, seen: UInt64) {
        self.process = process
        self.party = party
        self.mark = mark
        self.seen = seen
    }
}

/// The answer to a ``SheetRequest`` that the store does not refuse.
package struct SheetAnswer: Hashable, Sendable {
    /// The character, and the epoch of the question; nil for the zone itself.
    package var party: DealRequest.Party?
    /// The mark of the question.
    package var mark: UInt64
    /// What the store's module reads, at most ``sheetLimit`` bytes.
    package var sheet: Datagram

    /// The most bytes of a sheet.
    package static let sheetLimit = 128 * 1_024

    package init(_ party: DealRequest.Party?, mark: UInt64, sheet: Datagram) {
        self.party = party
        self.mark = mark
        self.sheet = sheet
    }
}
