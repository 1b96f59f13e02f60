/* A disk that can be full, slow and cut off from its power, for the files below one folder.
 *
 * Loaded before the C library (LD_PRELOAD). FAULTS_FOLDER names the folder (with a slash at its end), FAULTS_SWITCH a
 * file of 16 bytes that a test may change at any time: [0] a write that would take room of the disk fails with ENOSPC,
 * [4..7] milliseconds that each fsync takes longer. FAULTS_JOURNAL, where it is set, gets every change of a file, so
 * that powercut.py can say what a power cut would have left. Memory-mapped writes are not seen. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct record { char kind; char pad[3]; uint32_t name; uint64_t at; uint64_t size; };

static const char *folder;
static size_t folder_size;
static volatile unsigned char *control;
static int journal = -1;
static uint64_t marks;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void begin(void) {
    folder = getenv("FAULTS_FOLDER");
    folder_size = folder ? strlen(folder) : 0;
    const char *name = getenv("FAULTS_SWITCH");
    int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file >= 0) {
        void *page = mmap(NULL, 16, PROT_READ, MAP_SHARED, file, 0);
        control = page == MAP_FAILED ? NULL : page;
        close(file);
    }
    name = getenv("FAULTS_JOURNAL");
    if (name && folder) journal = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int ours(const char *path) { return folder_size && !strncmp(path, folder, folder_size); }

static int name_of(int file, char *path) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = folder_size ? readlink(link, path, 4095) : -1;
    if (size < 0) return 0;
    path[size] = 0;
    return ours(path);
}

static void tell(char kind, const char *path, uint64_t at, uint64_t size, const void *data) {
    if (journal < 0) return;
    int kept = errno;
    struct record head = {kind, {0}, strlen(path), at, size};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)path, head.name}, {(void *)data, data ? size : 0}};
    if (writev(journal, parts, 3) < 0) abort();
    errno = kept;
}

/* Whether a write would take room: what lies inside the file, where it has its blocks, does not. */
static int no_room(int file, uint64_t end) {
    struct stat now;
    if (!control || !control[0] || fstat(file, &now)) return 0;
    return end > (uint64_t)now.st_size || (uint64_t)now.st_blocks * 512 < (uint64_t)now.st_size;
}

static int full(void) { errno = ENOSPC; return -1; }

static ssize_t written(int file, const char *path, const void *data, ssize_t done, off_t at) {
    if (done > 0) tell('W', path, at, done, data);
    return done;
}

ssize_t write(int file, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    char path[4096];
    if (!name_of(file, path)) return real(file, data, size);
    off_t here = fcntl(file, F_GETFL) & O_APPEND ? lseek(file, 0, SEEK_END) : lseek(file, 0, SEEK_CUR);
    if (no_room(file, here + size)) return full();
    ssize_t done = real(file, data, size);
    return written(file, path, data, done, lseek(file, 0, SEEK_CUR) - done);
}

static ssize_t write_at(ssize_t (*real)(int, const void *, size_t, off_t), int file, const void *data, size_t size, off_t at) {
    char path[4096];
    if (!name_of(file, path)) return real(file, data, size, at);
    if (no_room(file, at + size)) return full();
    return written(file, path, data, real(file, data, size, at), at);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return write_at(real, file, data, size, at);
}

ssize_t pwrite64(int file, const void *data, size_t size, off_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    return write_at(real, file, data, size, at);
}

/* Copies inside the kernel would not be seen: who asks is told to copy by hand. */
ssize_t sendfile(int to, int from, off_t *at, size_t size) {
    REAL(ssize_t, "sendfile", int, int, off_t *, size_t);
    char path[4096];
    if (!name_of(to, path)) return real(to, from, at, size);
    errno = EINVAL;
    return -1;
}
ssize_t sendfile64(int to, int from, off_t *at, size_t size) { return sendfile(to, from, at, size); }

static int cut_to(int (*real)(int, off_t), int file, off_t size) {
    char path[4096];
    if (!name_of(file, path)) return real(file, size);
    if (no_room(file, size)) return full();
    int done = real(file, size);
    if (!done) tell('T', path, 0, size, NULL);
    return done;
}
int ftruncate(int file, off_t size) {
    REAL(int, "ftruncate", int, off_t);
    return cut_to(real, file, size);
}
int ftruncate64(int file, off_t size) {
    REAL(int, "ftruncate64", int, off_t);
    return cut_to(real, file, size);
}

static int allocate(int (*real)(int, off_t, off_t), int file, off_t at, off_t size) {
    char path[4096];
    if (!name_of(file, path)) return real(file, at, size);
    if (no_room(file, at + size)) return ENOSPC;
    struct stat before;
    int known = !fstat(file, &before), done = real(file, at, size);
    if (!done && known && at + size > before.st_size) tell('T', path, 0, at + size, NULL);
    return done;
}
int posix_fallocate(int file, off_t at, off_t size) {
    REAL(int, "posix_fallocate", int, off_t, off_t);
    return allocate(real, file, at, size);
}
int posix_fallocate64(int file, off_t at, off_t size) {
    REAL(int, "posix_fallocate64", int, off_t, off_t);
    return allocate(real, file, at, size);
}

static int synced(int (*real)(int), int file) {
    char path[4096];
    if (!name_of(file, path)) return real(file);
    uint64_t mark = __sync_add_and_fetch(&marks, 1) | (uint64_t)getpid() << 40;
    tell('B', path, mark, 0, NULL);
    uint32_t wait = control ? *(volatile uint32_t *)(control + 4) : 0;
    if (wait) {
        struct timespec pause = {wait / 1000, (long)(wait % 1000) * 1000000};
        nanosleep(&pause, NULL);
    }
    int done = real(file);
    if (!done) tell('E', path, mark, 0, NULL);
    return done;
}
int fsync(int file) {
    REAL(int, "fsync", int);
    return synced(real, file);
}
int fdatasync(int file) {
    REAL(int, "fdatasync", int);
    return synced(real, file);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    int done = real(path);
    if (!done && ours(path)) tell('U', path, 0, 0, NULL);
    return done;
}

int unlinkat(int at, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    char there[4096 + 256];
    int known = path[0] != '/' && at != AT_FDCWD && name_of(at, there);
    int done = real(at, path, flags);
    if (!done && known && strlen(path) < 256) {
        strcat(strcat(there, "/"), path);
        tell('U', there, 0, 0, NULL);
    }
    return done;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    int done = real(from, to);
    if (!done && (ours(from) || ours(to))) tell('R', from, 0, strlen(to), to);
    return done;
}

static int opened(int file, const char *path, int flags) {
    char there[4096];
    if (file >= 0 && flags & (O_TRUNC | O_CREAT) && name_of(file, there)) tell(flags & O_TRUNC ? 'T' : 'C', there, 0, 0, NULL);
    return file;
}

#define OPENS(name, first, ...) \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return opened(real(__VA_ARGS__, flags, mode), path, flags)

int open(const char *path, int flags, ...) {
    REAL(int, "open", const char *, int, ...);
    OPENS("open", path, path);
}
int open64(const char *path, int flags, ...) {
    REAL(int, "open64", const char *, int, ...);
    OPENS("open64", path, path);
}
int openat(int at, const char *path, int flags, ...) {
    REAL(int, "openat", int, const char *, int, ...);
    OPENS("openat", path, at, path);
}
int openat64(int at, const char *path, int flags, ...) {
    REAL(int, "openat64", int, const char *, int, ...);
    OPENS("openat64", path, at, path);
}
