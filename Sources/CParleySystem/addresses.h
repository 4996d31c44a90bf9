// Between our addresses and the kernel's. Private to this target.
#ifndef PARLEY_ADDRESSES_H
#define PARLEY_ADDRESSES_H

#include <sys/socket.h>

#include "parley_system.h"

// Fills `storage` for a socket of that family; returns its length, 0 where an IPv4 socket was asked
// to take an IPv6 address.
socklen_t parley_to_sockaddr(
    const parley_address *address, int is_ipv6, struct sockaddr_storage *storage);
int parley_from_sockaddr(const struct sockaddr *storage, parley_address *address);

#endif
