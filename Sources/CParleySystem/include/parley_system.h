// The few Linux calls that Swift cannot see, as plain C types.
#ifndef PARLEY_SYSTEM_H
#define PARLEY_SYSTEM_H
#endif
