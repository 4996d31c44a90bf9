#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "private.h"

#define EVENTS_AT_ONCE 256

// A descriptor without interest stays registered, edge-triggered: its hang-up is then reported once,
// and not over and over.
static struct epoll_event interest_event(uint32_t interest, uint64_t token) {
    struct epoll_event event = {.events = interest ? 0 : EPOLLET, .data = {.u64 = token}};
    if (interest & PARLEY_READABLE) event.events |= EPOLLIN;
    if (interest & PARLEY_WRITABLE) event.events |= EPOLLOUT;
    return event;
}

int parley_poller_open(void) { return or_errno(epoll_create1(EPOLL_CLOEXEC)); }

int parley_poller_add(int poller, int descriptor, uint32_t interest, uint64_t token) {
    struct epoll_event event = interest_event(interest, token);
    return or_errno(epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event));
}

int parley_poller_change(int poller, int descriptor, uint32_t interest, uint64_t token) {
    struct epoll_event event = interest_event(interest, token);
    return or_errno(epoll_ctl(poller, EPOLL_CTL_MOD, descriptor, &event));
}

int parley_poller_remove(int poller, int descriptor) {
    return or_errno(epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, NULL));
}

// Waits with nanoseconds where the kernel can (5.11 and later), else rounded up to milliseconds:
// waking early would make a timer's deadline be polled for.
static int wait_precisely(int poller, struct epoll_event *events, int capacity, int64_t timeout) {
    // Only looking, or waiting for ever, costs less the old way: there is no time to hand over.
    if (timeout <= 0) return epoll_wait(poller, events, capacity, timeout < 0 ? -1 : 0);
#ifdef SYS_epoll_pwait2
    static int missing = 0;
    if (!__atomic_load_n(&missing, __ATOMIC_RELAXED)) {
        struct timespec limit = {timeout / 1000000000, timeout % 1000000000};
        long count = syscall(
            SYS_epoll_pwait2, poller, events, capacity, &limit, NULL, 0);
        if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return (int)count;
        __atomic_store_n(&missing, 1, __ATOMIC_RELAXED);
    }
#endif
    int64_t milliseconds = (timeout + 999999) / 1000000;
    if (milliseconds > 3600000) milliseconds = 3600000;
    return epoll_wait(poller, events, capacity, (int)milliseconds);
}

// Translates the kernel's events into ours.
static int translate(const struct epoll_event *raw, int count, parley_event *events) {
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        uint32_t readiness = 0;
        if (raw[i].events & EPOLLIN) readiness |= PARLEY_READABLE;
        if (raw[i].events & EPOLLOUT) readiness |= PARLEY_WRITABLE;
        if (raw[i].events & EPOLLERR) readiness |= PARLEY_FAILED;
        if (raw[i].events & EPOLLHUP) readiness |= PARLEY_HANGUP;
        events[i] = (parley_event){.token = raw[i].data.u64, .readiness = readiness};
    }
    return count;
}

int parley_poller_wait(int poller, parley_event *events, int capacity, int64_t timeout) {
    struct epoll_event raw[EVENTS_AT_ONCE];
    if (capacity > EVENTS_AT_ONCE) capacity = EVENTS_AT_ONCE;
    return translate(raw, wait_precisely(poller, raw, capacity, timeout), events);
}

int parley_poller_look(int poller, parley_event *events, int capacity, int times) {
    struct epoll_event raw[EVENTS_AT_ONCE];
    if (capacity > EVENTS_AT_ONCE) capacity = EVENTS_AT_ONCE;
    int count = 0;
    // The bare system call: the C library's is a point where a thread may be cancelled, and sees to
    // that before and after each look.
    while (count == 0 && times-- > 0)
        count = (int)syscall(SYS_epoll_pwait, poller, raw, capacity, 0, NULL, 0);
    return translate(raw, count, events);
}

int parley_waker_open(void) { return or_errno(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

void parley_waker_wake(int waker) {
    uint64_t one = 1;
    ssize_t written;
    do {
        written = write(waker, &one, sizeof one);
    } while (written < 0 && errno == EINTR);
}

void parley_waker_clear(int waker) {
    uint64_t count;
    ssize_t got;
    do {
        got = read(waker, &count, sizeof count);
    } while (got < 0 && errno == EINTR);
}
