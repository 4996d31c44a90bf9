#include <pthread.h>
#include <sys/resource.h>

#include "parley_system.h"

void parley_raise_descriptor_limit(uint64_t *current, uint64_t *maximum) {
    struct rlimit limit = {0, 0};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        rlim_t before = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    }
    *current = limit.rlim_cur;
    *maximum = limit.rlim_max;
}

void parley_thread_set_name(const char *name) { pthread_setname_np(pthread_self(), name); }
