/* Preloaded into the service. Notes when each sync of a file to its disk was over, by the steady
   clock, so that the checker sees one before each answer: a kill cannot show that one is missing.
   Sets the wall clock, and refuses what SQLite writes, as a full disk does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* As preloaded.py writes it, into a file that is mapped: what is changed holds at once. */
struct told { int64_t ahead, full; };
static const volatile struct told nothing, *told = &nothing;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("PRELOADED_TOLD");
    int file = path ? open(path, O_RDONLY) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *told, PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) told = mapped;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += told->ahead;
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
    int done = real(now, zone);
    now->tv_sec += told->ahead;
    return done;
}

time_t time(time_t *where) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (where) *where = now.tv_sec;
    return now.tv_sec;
}

static ssize_t written(const char *name, int file, const void *from, size_t size, off64_t at) {
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, name);
    if (!told->full) return real(file, from, size, at);
    errno = ENOSPC;
    return -1;
}

/* Only SQLite writes by these. */
ssize_t pwrite(int file, const void *from, size_t size, off_t at) {
    return written("pwrite", file, from, size, at);
}

ssize_t pwrite64(int file, const void *from, size_t size, off64_t at) {
    return written("pwrite64", file, from, size, at);
}

static void note(void) {
    struct timespec now;
    char line[32];
    const char *path = getenv("PRELOADED_SYNCS");
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file < 0) return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int size = snprintf(line, sizeof line, "%ld.%09ld\n", (long)now.tv_sec, now.tv_nsec);
    if (write(file, line, size) < 0) { /* the disk may be full: that is tried too */ }
    close(file);
}

int fsync(int file) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    int done = real(file);
    note();
    return done;
}

int fdatasync(int file) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    int done = real(file);
    note();
    return done;
}
