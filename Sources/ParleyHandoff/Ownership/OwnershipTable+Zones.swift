extension OwnershipTable {
    mutating func applyToZone(_ request: OwnershipRequest) -> ZoneAnswer {
        switch request {
        case .register(let name, let mark): return register(name, mark)
        case .beat(let process, let number):
            let index = index(ofAlive: process)
            if let index { zones[index].beat = max(zones[index].beat, number) }
            return ZoneAnswer(
                .beat, process, mark: number, isDone: index != nil,
                ended: index == nil ? [] : endedSessions(at: process))
        case .drain(let process):
            let index = index(ofAlive: process)
            if let index { zones[index].state = .draining }
            return ZoneAnswer(.drain, process, isDone: index != nil)
        case .retire(let process, let beat):
            return ZoneAnswer(.retire, process, isDone: retire(process, beat))
        default: preconditionFailure("not about a zone's process")
        }
    }

    private func index(ofAlive process: ZoneProcess) -> Int? {
        zones.firstIndex {
            $0.zone == process.zone && $0.incarnation == process.incarnation && $0.state != .gone
        }
    }

    private mutating func register(_ name: ZoneName, _ mark: UInt64) -> ZoneAnswer {
        guard let index = zones.firstIndex(where: { $0.zone == name }) else {
            let row = ZoneRow(
                zone: name, incarnation: Incarnation(rawValue: 0).next(inGeneration: generation),
                state: .ready, beat: 0, mark: mark)
            zones.insert(row, at: zones.firstIndex { $0.zone > name } ?? zones.count)
            return ZoneAnswer(.register, row.process, mark: mark, isDone: true)
        }
        let row = zones[index]
        let isFree = row.state == .gone || (row.mark != mark && isEmpty(row))
        if isFree {
            zones[index] = ZoneRow(
                zone: name, incarnation: row.incarnation.next(inGeneration: generation),
                state: .ready, beat: 0, mark: mark)
        }
        let isDone = isFree || row.mark == mark
        return ZoneAnswer(.register, zones[index].process, mark: mark, isDone: isDone)
    }

    /// Whether a process drains, and has given all of its characters away: it gets no others.
    private func isEmpty(_ row: ZoneRow) -> Bool {
        row.state == .draining && !characters.contains { $0.place == row.process }
    }

    /// A process of another incarnation is gone anyway.
    private mutating func retire(_ process: ZoneProcess, _ beat: UInt64?) -> Bool {
        guard let index = index(ofAlive: process) else { return true }
        guard beat == nil || zones[index].beat == beat else { return false }
        zones[index].state = .gone
        return true
    }

    private func endedSessions(at process: ZoneProcess) -> [EndedSession] {
        characters.compactMap { row in
            row.place == process && row.access != .allowed
                ? EndedSession(row.character, row.login) : nil
        }
    }
}
