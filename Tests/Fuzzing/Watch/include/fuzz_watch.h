// Reports what every thread was doing when a signal ends the process.
#ifndef FUZZ_WATCH_H
#define FUZZ_WATCH_H

#include <stdint.h>

// Handles the signals of traps, crashes and termination. Call it once, before all other calls.
void fuzz_watch_install(void);

// Notes that this thread begins an input. If it does not end, `line` and the number are written.
void fuzz_watch_begin(const char *line);
void fuzz_watch_input(uint64_t number);
void fuzz_watch_end(void);

#endif
