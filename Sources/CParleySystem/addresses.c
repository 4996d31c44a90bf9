#include "private.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t mapped_prefix = 0x0000ffff00000000ull;

static int is_mapped(const parley_address *address) {
    return parley_is_ipv4(address->high, address->low);
}

static uint64_t load_big_endian(const uint8_t *bytes) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | bytes[i];
    return value;
}

static void store_big_endian(uint64_t value, uint8_t *bytes) {
    for (int i = 7; i >= 0; i--, value >>= 8) bytes[i] = (uint8_t)value;
}

void parley_from_in_addr(const struct in_addr *in, parley_address *address) {
    address->high = 0;
    address->low = mapped_prefix | ntohl(in->s_addr);
}

void parley_from_in6_addr(const struct in6_addr *in6, parley_address *address) {
    address->high = load_big_endian(in6->s6_addr);
    address->low = load_big_endian(in6->s6_addr + 8);
}

void parley_to_in6_addr(const parley_address *address, struct in6_addr *in6) {
    store_big_endian(address->high, in6->s6_addr);
    store_big_endian(address->low, in6->s6_addr + 8);
}

socklen_t parley_to_sockaddr(
    const parley_address *address, int is_ipv6, struct sockaddr_storage *storage) {
    memset(storage, 0, sizeof(struct sockaddr_in6));
    if (is_ipv6) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)storage;
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(address->port);
        in6->sin6_scope_id = address->scope;
        parley_to_in6_addr(address, &in6->sin6_addr);
        return sizeof *in6;
    }
    if (!is_mapped(address)) return 0;
    struct sockaddr_in *in = (struct sockaddr_in *)storage;
    in->sin_family = AF_INET;
    in->sin_port = htons(address->port);
    in->sin_addr.s_addr = htonl((uint32_t)address->low);
    return sizeof *in;
}

int parley_from_sockaddr(const struct sockaddr *storage, parley_address *address) {
    memset(address, 0, sizeof *address);
    if (storage == NULL) return 0;
    if (storage->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)storage;
        parley_from_in_addr(&in->sin_addr, address);
        address->port = ntohs(in->sin_port);
        return 1;
    }
    if (storage->sa_family != AF_INET6) return 0;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)storage;
    parley_from_in6_addr(&in6->sin6_addr, address);
    address->scope = in6->sin6_scope_id;
    address->port = ntohs(in6->sin6_port);
    return 1;
}

// The number of a link: digits, or an interface's name. 0 where it is neither.
static uint32_t parse_scope(const char *text) {
    if (text[strspn(text, "0123456789")] != 0) return if_nametoindex(text);
    unsigned long long scope = strlen(text) > 10 ? 0 : strtoull(text, NULL, 10);
    return scope > UINT32_MAX ? 0 : (uint32_t)scope;
}

int parley_address_parse(const char *text, parley_address *address) {
    uint8_t bytes[16];
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, bytes) == 1) {
        address->low = mapped_prefix | (uint64_t)bytes[0] << 24 | (uint64_t)bytes[1] << 16
                       | (uint64_t)bytes[2] << 8 | bytes[3];
        return 1;
    }
    char host[80];
    const char *percent = strchr(text, '%');
    size_t length = percent ? (size_t)(percent - text) : strlen(text);
    if (length >= sizeof host) return 0;
    memcpy(host, text, length);
    host[length] = 0;
    if (inet_pton(AF_INET6, host, bytes) != 1) return 0;
    address->high = load_big_endian(bytes);
    address->low = load_big_endian(bytes + 8);
    if (percent == NULL) return 1;
    // An IPv4 address has no link, in its mapped form either.
    if (is_mapped(address)) return 0;
    address->scope = parse_scope(percent + 1);
    return address->scope != 0;
}

void parley_address_format(const parley_address *address, char *text, size_t capacity) {
    uint8_t bytes[16];
    store_big_endian(address->high, bytes);
    store_big_endian(address->low, bytes + 8);
    text[0] = 0;
    if (is_mapped(address)) {
        inet_ntop(AF_INET, bytes + 12, text, (socklen_t)capacity);
        return;
    }
    inet_ntop(AF_INET6, bytes, text, (socklen_t)capacity);
    size_t length = strlen(text);
    if (address->scope != 0) snprintf(text + length, capacity - length, "%%%u", address->scope);
}

int parley_resolve(const char *host, uint16_t port, parley_address *addresses, int capacity) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int code = getaddrinfo(host, NULL, &hints, &list);
    if (code != 0) return code < 0 ? code : -code;
    int count = 0;
    for (struct addrinfo *item = list; item != NULL && count < capacity; item = item->ai_next) {
        if (!parley_from_sockaddr(item->ai_addr, &addresses[count])) continue;
        addresses[count++].port = port;
    }
    freeaddrinfo(list);
    return count;
}

const char *parley_resolve_error(int code) { return gai_strerror(code); }

static void fill_interface(const struct ifaddrs *item, parley_interface *out) {
    out->index = if_nametoindex(item->ifa_name);
    if (item->ifa_flags & IFF_UP) out->flags |= PARLEY_INTERFACE_UP;
    if (item->ifa_flags & IFF_LOOPBACK) out->flags |= PARLEY_INTERFACE_LOOPBACK;
    if (item->ifa_flags & IFF_MULTICAST) out->flags |= PARLEY_INTERFACE_MULTICAST;
    out->has_address = (uint8_t)parley_from_sockaddr(item->ifa_addr, &out->address);
    out->has_netmask = (uint8_t)parley_from_sockaddr(item->ifa_netmask, &out->netmask);
    if (item->ifa_flags & IFF_BROADCAST)
        out->has_broadcast = (uint8_t)parley_from_sockaddr(item->ifa_broadaddr, &out->broadcast);
    if (item->ifa_flags & IFF_POINTOPOINT)
        out->has_peer = (uint8_t)parley_from_sockaddr(item->ifa_dstaddr, &out->peer);
}

// The kernel lists an interface's hardware address as an entry of its own.
static void find_hardware(const struct ifaddrs *list, const char *name, parley_interface *out) {
    for (const struct ifaddrs *item = list; item != NULL; item = item->ifa_next) {
        if (item->ifa_addr == NULL || item->ifa_addr->sa_family != AF_PACKET) continue;
        if (strcmp(item->ifa_name, name) != 0) continue;
        const struct sockaddr_ll *link = (const struct sockaddr_ll *)item->ifa_addr;
        if (link->sll_halen != sizeof out->hardware) return;
        memcpy(out->hardware, link->sll_addr, sizeof out->hardware);
        out->has_hardware = 1;
        return;
    }
}

int parley_interfaces(parley_interface *interfaces, int capacity) {
    struct ifaddrs *list = NULL;
    if (getifaddrs(&list) != 0) return -errno;
    int count = 0;
    for (struct ifaddrs *item = list; item != NULL && count < capacity; item = item->ifa_next) {
        if (item->ifa_addr == NULL) continue;
        int family = item->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) continue;
        parley_interface *out = &interfaces[count++];
        memset(out, 0, sizeof *out);
        strncpy(out->name, item->ifa_name, sizeof out->name - 1);
        fill_interface(item, out);
        find_hardware(list, item->ifa_name, out);
    }
    freeifaddrs(list);
    return count;
}
