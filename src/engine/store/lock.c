#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"

/* Locks of the open file, not of the process: a second open in the same process is refused as well,
 * and closing another descriptor of the file does not drop it. */
static int lock_command(int fd, int command, struct flock *area)
{
    *area = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
    return fcntl(fd, command, area);
}

static bool fail_busy(int fd, const char *path, const char *what, struct err *err)
{
    char holder[32] = "";
    ssize_t got = pread(fd, holder, sizeof holder - 1, 0);

    holder[got > 0 ? got : 0] = '\0';
    holder[strspn(holder, "0123456789")] = '\0';
    return err_set(err, ERR_BUSY,
        "%s: %s is held by another process%s%s: wait for it or end it first", path, what,
        holder[0] != '\0' ? ", pid " : "", holder);
}

/* A holder removes its file when it is done: what was opened just before that is nobody's lock any
 * more. */
static bool is_still_there(int fd, const char *path)
{
    struct stat held, named;

    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

static bool write_pid(int fd)
{
    char pid[32];
    int len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());

    return len > 0 && ftruncate(fd, 0) == 0 && pwrite(fd, pid, (size_t)len, 0) == len;
}

bool lock_take(struct lock *lock, const char *path, const struct lock_words *words, struct err *err)
{
    struct flock area;
    int fd;

    lock->fd = -1;
    for (;;) {
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
            return err_set(err, ERR_IO,
                "%s: the lock cannot be made: %s: choose another place with %s", path,
                strerror(errno), words->elsewhere);
        if (lock_command(fd, F_OFD_SETLK, &area) != 0)
            break;
        if (is_still_there(fd, path)) {
            /* The pid serves messages alone: on a full disk the lock holds without it. */
            (void)write_pid(fd);
            lock->fd = fd;
            lock->path = mem_strdup(path);
            return true;
        }
        close(fd);
    }
    if (errno == EAGAIN || errno == EACCES)
        (void)fail_busy(fd, path, words->what, err);
    else
        (void)err_set(
            err, ERR_IO, "%s: the file system refuses the lock: %s", path, strerror(errno));
    close(fd);
    return false;
}

void lock_release(struct lock *lock)
{
    if (lock->path == NULL)
        return;
    (void)unlink(lock->path);
    close(lock->fd);
    free(lock->path);
    *lock = (struct lock){ NULL, -1 };
}

bool lock_is_held(const char *path)
{
    struct flock area;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool held;

    if (fd < 0)
        return false;
    held = lock_command(fd, F_OFD_GETLK, &area) == 0 && area.l_type != F_UNLCK;
    close(fd);
    return held;
}

int64_t lock_holder(const char *path)
{
    char holder[32] = "";
    ssize_t got;
    int fd;

    if (!lock_is_held(path))
        return 0;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    got = pread(fd, holder, sizeof holder - 1, 0);
    holder[got > 0 ? got : 0] = '\0';
    close(fd);
    return strtoll(holder, NULL, 10);
}
