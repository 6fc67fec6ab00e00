// What the allocator has given out: glibc's module for Swift leaves this header out.
#include <malloc.h>
