/* What the engine uses of Darwin's headers, declared as the macOS 15 SDK declares it to Swift: enough
   to type-check the branches for it where there is no such SDK. */
#ifndef ASSAY_DARWIN_H
#define ASSAY_DARWIN_H

#pragma clang assume_nonnull begin

/* The library of Linux is loaded beside, so types of the same name have another one in C. */
#define NAMED(name) __attribute__((swift_name(#name)))

typedef unsigned long size_t;
typedef long ssize_t;
typedef long long off_t;
typedef unsigned short mode_t;
typedef int pid_t;
typedef unsigned int useconds_t;
typedef unsigned int sigset_t;
typedef unsigned long pthread_key_t;
typedef unsigned long long rlim_t;

/* math.h */
#define M_LN2 0.693147180559945309417232121458176568
double exp(double);
double log(double);
double log1p(double);
double cos(double);
double sin(double);
double pow(double, double);
double erfc(double);
double tgamma(double);
double lgamma(double);

/* time.h */
struct NAMED(timespec) darwin_timespec { long tv_sec; long tv_nsec; };
typedef enum {
  _CLOCK_REALTIME = 0,
  _CLOCK_MONOTONIC = 6,
  _CLOCK_MONOTONIC_RAW_APPROX = 5
} clockid_t;
int clock_gettime(clockid_t, struct darwin_timespec *);

/* pthread.h, with the nullability that Swift's importer is given (_PTHREAD_SWIFT_IMPORTER_…_COMPAT) */
typedef struct _opaque_pthread_t { long __sig; char __opaque[8176]; } *pthread_t;
typedef struct _opaque_pthread_attr_t { long __sig; char __opaque[56]; } pthread_attr_t;
int pthread_create(
    pthread_t _Nullable *_Nonnull, const pthread_attr_t *_Nullable,
    void *_Nullable (*_Nonnull)(void *), void *_Nullable);
int pthread_detach(pthread_t);
int pthread_atfork(
    void (*_Nullable)(void), void (*_Nullable)(void), void (*_Nullable)(void));
int pthread_key_create(pthread_key_t *, void (*_Nullable)(void *));
void *_Nullable pthread_getspecific(pthread_key_t);
int pthread_setspecific(pthread_key_t, const void *_Nullable);
int sched_yield(void);

/* signal.h */
#define SIG_SETMASK 3
int sigfillset(sigset_t *);
int pthread_sigmask(int, const sigset_t *_Nullable, sigset_t *_Nullable);

/* unistd.h, stdlib.h, stdio.h */
#define _SC_PAGESIZE 29
#define _SC_NPROCESSORS_ONLN 58
#define F_OK 0
long sysconf(int);
pid_t getpid(void);
int usleep(useconds_t);
int close(int);
int fsync(int);
int unlink(const char *);
int access(const char *, int);
int rename(const char *, const char *);
ssize_t read(int, void *_Null_unspecified, size_t);
ssize_t pread(int, void *_Null_unspecified, size_t, off_t);
ssize_t write(int, const void *_Null_unspecified, size_t);
char *_Null_unspecified getenv(const char *);

/* fcntl.h */
#define O_RDONLY 0x0000
#define O_WRONLY 0x0001
#define O_NONBLOCK 0x00000004
#define O_CREAT 0x00000200
#define O_EXCL 0x00000800
#define O_CLOEXEC 0x01000000

/* sys/mman.h, sys/resource.h */
#define PROT_READ 0x01
#define PROT_WRITE 0x02
#define MAP_PRIVATE 0x0002
#define MAP_NORESERVE 0x0040
#define MAP_ANON 0x1000
#define RLIMIT_AS 5
void *_Null_unspecified mmap(void *_Null_unspecified, size_t, int, int, int, off_t);
int munmap(void *_Null_unspecified, size_t);
struct NAMED(rlimit) darwin_rlimit { rlim_t rlim_cur; rlim_t rlim_max; };
int getrlimit(int, struct darwin_rlimit *);

/* sys/stat.h, dirent.h */
struct NAMED(stat) darwin_stat { mode_t st_mode; off_t st_size; };
int fstat(int, struct darwin_stat *);
int lstat(const char *, struct darwin_stat *);
typedef struct { int __dd_fd; } DIR;
struct NAMED(dirent) darwin_dirent { unsigned char d_type; char d_name[1024]; };
DIR *_Null_unspecified opendir(const char *);
struct darwin_dirent *_Null_unspecified readdir(DIR *);
int closedir(DIR *);

/* errno.h */
#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define ENOMEM 12
#define EACCES 13
#define EEXIST 17
#define ENOTDIR 20
#define ENFILE 23
#define EMFILE 24
#define ENOSPC 28
#define EROFS 30
#define ELOOP 62
#define ENAMETOOLONG 63

#pragma clang assume_nonnull end

#endif
