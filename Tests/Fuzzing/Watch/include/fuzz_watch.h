// Says what every thread was doing when the process dies of a signal.
#ifndef FUZZ_WATCH_H
#define FUZZ_WATCH_H

#include <stdint.h>

// Takes the signals of traps, of crashes and of being asked to end. Once, before any other call.
void fuzz_watch_install(void);

// This thread begins something: `line`, with the number of the input behind it, is what is written
// if it does not end.
void fuzz_watch_begin(const char *line);
void fuzz_watch_input(uint64_t number);
void fuzz_watch_end(void);

#endif
