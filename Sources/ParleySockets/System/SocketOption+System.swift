internal import CParleySystem

extension SocketOption {
    /// Sets the option on a descriptor.
    func apply(to descriptor: Int32, isIPv6: Bool) throws(SystemError) {
        switch self {
        case .linger(let seconds):
            try checked(parley_socket_set_linger(descriptor, Int32(clamping: seconds ?? -1)))
        case .keepAlive(let settings):
            try keepAlive(settings, descriptor: descriptor)
        case .joinGroup(let group, let interface):
            try multicast(group, interface: interface, join: true, descriptor: descriptor)
        case .leaveGroup(let group, let interface):
            try multicast(group, interface: interface, join: false, descriptor: descriptor)
        default:
            // Joining is done where packets are sent and received, by the UDP port.
            guard let (option, value) = simple else { throw .noSuchOption }
            try Self.set(option, value, descriptor, isIPv6: isIPv6)
        }
    }

    /// The options that are one number.
    private var simple: (parley_option, Int)? {
        switch self {
        case .noDelay(let on): (PARLEY_OPTION_NO_DELAY, on ? 1 : 0)
        case .receiveBuffer(let bytes): (PARLEY_OPTION_RECEIVE_BUFFER, bytes)
        case .sendBuffer(let bytes): (PARLEY_OPTION_SEND_BUFFER, bytes)
        case .timeToLive(let hops): (PARLEY_OPTION_TIME_TO_LIVE, hops)
        case .typeOfService(let value): (PARLEY_OPTION_TYPE_OF_SERVICE, value)
        case .maximumSegment(let bytes): (PARLEY_OPTION_MAXIMUM_SEGMENT, bytes)
        case .reuseAddress(let on): (PARLEY_OPTION_REUSE_ADDRESS, on ? 1 : 0)
        case .reusePort(let on): (PARLEY_OPTION_REUSE_PORT, on ? 1 : 0)
        case .ipv6Only(let on): (PARLEY_OPTION_IPV6_ONLY, on ? 1 : 0)
        case .broadcast(let on): (PARLEY_OPTION_BROADCAST, on ? 1 : 0)
        case .multicastLoopback(let on): (PARLEY_OPTION_MULTICAST_LOOPBACK, on ? 1 : 0)
        case .multicastTimeToLive(let hops): (PARLEY_OPTION_MULTICAST_TIME_TO_LIVE, hops)
        case .linger, .keepAlive, .joinGroup, .leaveGroup, .joinsPackets: nil
        }
    }

    /// Whether it is for the UDP port and not for the system.
    var isJoining: Bool {
        if case .joinsPackets = self { true } else { false }
    }

    private static func set(
        _ option: parley_option, _ value: Int, _ descriptor: Int32, isIPv6: Bool
    ) throws(SystemError) {
        try checked(
            parley_socket_set(descriptor, isIPv6 ? 1 : 0, option, Int32(clamping: value)))
    }

    private func keepAlive(_ settings: KeepAlive?, descriptor: Int32) throws(SystemError) {
        try Self.set(PARLEY_OPTION_KEEP_ALIVE, settings == nil ? 0 : 1, descriptor, isIPv6: false)
        guard let settings else { return }
        for (option, value) in [
            (PARLEY_OPTION_KEEP_ALIVE_IDLE, settings.idle.atLeastOneSecond),
            (PARLEY_OPTION_KEEP_ALIVE_INTERVAL, settings.interval.atLeastOneSecond),
            (PARLEY_OPTION_KEEP_ALIVE_COUNT, settings.count),
        ] {
            try Self.set(option, value, descriptor, isIPv6: false)
        }
    }

    private func multicast(
        _ group: SocketAddress, interface: UInt32, join: Bool, descriptor: Int32
    ) throws(SystemError) {
        var address = group.system
        try checked(
            unsafe parley_socket_multicast(descriptor, &address, interface, join ? 1 : 0))
    }
}

extension Duration {
    fileprivate var atLeastOneSecond: Int { max(1, Int(clamping: components.seconds)) }
}
