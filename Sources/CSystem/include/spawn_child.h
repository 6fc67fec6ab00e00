// One child by clone(CLONE_VM | CLONE_VFORK | CLONE_PIDFD): as fast as vfork, with the pidfd in the same call
// and with the failing step told exactly, which posix_spawn cannot do.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    FARM_STAGE_NONE = 0,
    FARM_STAGE_CLONE,
    FARM_STAGE_SESSION,
    FARM_STAGE_DIRECTORY,
    FARM_STAGE_STDIN,
    FARM_STAGE_STDOUT,
    FARM_STAGE_STDERR,
    FARM_STAGE_DESCRIPTORS,
    FARM_STAGE_AFFINITY,
    FARM_STAGE_EXEC,
};

/// `descriptor` of a farm_stream that is opened from its `path` in the child.
#define FARM_FROM_PATH (-1)
/// `descriptor` of standard error when it goes wherever standard output goes.
#define FARM_LIKE_STDOUT (-2)

/// The most descriptors that can be passed beside the three streams.
#define FARM_PASSED_LIMIT 16

/// Where one of descriptors 0, 1, 2 of the child comes from.
typedef struct {
    int descriptor;
    const char *path;
    int flags;
} farm_stream;

/// Everything the child needs, made ready before, because the child may not allocate. The last four are
/// answers.
typedef struct {
    char *const *arguments;
    char *const *environment;
    /// Paths to try in order, ended by NULL.
    const char *const *candidates;
    /// NULL: the parent's.
    const char *directory;
    farm_stream streams[3];
    /// `passed_count` further descriptors of the parent, which become 3, 4, … in the child.
    const int *passed;
    int passed_count;
    int new_session;
    /// NULL: the parent's processors.
    const unsigned long *affinity;
    size_t affinity_bytes;
    /// Set to the child's pid by the child, before all else.
    int *newborn;

    int pidfd;
    int failed_stage;
    int failed_errno;
    /// Which candidate the errno is about.
    int failed_candidate;
} farm_spawn_plan;

/// The child's pid, or -1 with the answers of `plan` filled in and nothing left behind. `stack` is scratch
/// memory of `stack_bytes` (64 KiB is plenty) that no other thread uses meanwhile. Every descriptor from 3 up
/// other than `passed` is closed in the child; its signals are unblocked and at their defaults.
pid_t farm_spawn(farm_spawn_plan *plan, void *stack, size_t stack_bytes);

/// What stands in a plan's `newborn`.
pid_t farm_newborn(const int *newborn);
