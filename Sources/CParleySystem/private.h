// What the files of this target share: the form of errors and of addresses.
#ifndef PARLEY_SYSTEM_PRIVATE_H
#define PARLEY_SYSTEM_PRIVATE_H

#include <errno.h>
#include <sys/socket.h>

#include "parley_system.h"

// The result of a system call, or its negated error.
static inline int or_errno(int result) { return result < 0 ? -errno : result; }

// Fills `storage` for a socket of that family; returns its length, 0 where an IPv4 socket was asked
// to take an IPv6 address.
socklen_t parley_to_sockaddr(
    const parley_address *address, int is_ipv6, struct sockaddr_storage *storage);
int parley_from_sockaddr(const struct sockaddr *storage, parley_address *address);

struct in_addr;
struct in6_addr;
void parley_from_in_addr(const struct in_addr *in, parley_address *address);
void parley_from_in6_addr(const struct in6_addr *in6, parley_address *address);
void parley_to_in6_addr(const parley_address *address, struct in6_addr *in6);

#endif
