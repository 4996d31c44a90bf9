import ParleyHandoff
import ParleySockets

extension HandoffWorld {
    /// Something breaks, or comes back.
    mutating func fault(_ dice: inout SeededGenerator) {
        let zone = Int(dice.next() % UInt64(zones.count))
        let world = Int(dice.next() % UInt64(worlds.count))
        switch dice.next() % 10 {
        case 0, 1, 2:
            if zones[zone].isUp { crash(zone, isSeen: dice.next() % 2 == 0) } else { restart(zone) }
        case 3: restart(zone)
        case 4:
            note("world server \(world) crashes, and starts again")
            worlds[world] = WorldHost(machine: worldMachine(zones.count))
        case 5:
            let seconds = [1, 3, 6, 60][Int(dice.next() % 4)]
            note("zone \(zone) pauses for \(seconds) s")
            zones[zone].pausedUntil = now + Int64(seconds) * 1_000_000
        case 6:
            note("world server \(world) pauses for 3 s")
            worlds[world].pausedUntil = now + 3_000_000
        case 7:
            note("the standby lags behind")
            delayStandby()
        case 8:
            note("the standby has caught up")
            replicate()
        default:
            note("the store fails over, \(store.held.count) answers are lost")
            failOver()
        }
    }

    /// A zone's process ends. A supervisor may see it.
    private mutating func crash(_ zone: Int, isSeen: Bool) {
        note("zone \(zone) crashes" + (isSeen ? ", its supervisor sees it" : ""))
        if isSeen, let process = zones[zone].process {
            send(.peer(.died(process)), from: .zone(zone), to: anyWorld())
        }
        end(zone)
    }

    private mutating func restart(_ zone: Int) {
        guard !zones[zone].isUp else { return }
        note("zone \(zone) starts again")
        start(zone)
    }

    /// An operator or another device interferes.
    mutating func interfere(_ dice: inout SeededGenerator) {
        let client = Int(dice.next() % UInt64(clients.count))
        let character = clients[client].follower.character
        switch dice.next() % 12 {
        case 0, 1: command(.kick(character))
        case 2: command(.ban(character))
        case 3: command(.pardon(character))
        case 4, 5:
            guard clients.count < 6 else { return }
            note("\(character) logs in on another device")
            addDevice(character)
        case 6, 7:
            note("\(character) logs off")
            for zone in zones.indices {
                guard let player = zones[zone].player(character) else { continue }
                zones[zone].players[player].mustLeave = true
            }
        case 8:
            guard clients[client].isNewest, clients.count < 6 else { return }
            note("client \(client) crashes, and starts again as client \(clients.count)")
            addDevice(character)
            clients[client].isGone = true
        case 9:
            let zone = Int(dice.next() % UInt64(zones.count))
            guard zones.count > 2, let process = zones[zone].process else { return }
            note("zone \(zone) drains")
            zones[zone].machine.refusal = .draining
            send(.peer(.ask(.drain(process))), from: .zone(zone), to: anyWorld())
        case 10:
            note("the store is backed up")
            if store.standby == nil { store.backup = store.table }
        default:
            guard store.backup != nil else { return }
            note("the store is restored, and the generation raised")
            restore()
        }
    }

    private mutating func command(_ request: OwnershipRequest) {
        guard case .world(let world) = anyWorld() else { return }
        note("an operator: \(request)")
        var effects = worldEffects
        worlds[world].machine.command(request, into: &effects)
        perform(&effects, ofWorld: world)
    }
}
