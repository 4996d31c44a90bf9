#include "parley_system.h"

// An entry point of Swift's runtime (libswift_Concurrency), which the standard library asks for the
// number in `UnownedJob.description`. A toolchain without it fails to link this library.
__attribute__((swiftcall)) extern uint64_t swift_task_getJobTaskId(const void *job);

uint64_t parley_job_task_number(const void *job) { return swift_task_getJobTaskId(job); }
