#include <libpq-fe.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* Glibc's module has no epoll; the union inside epoll_event does not import well, so it is filled in here. */
static inline int martlet_epoll_control(int epoll, int operation, int descriptor, uint32_t events) {
    struct epoll_event event = { .events = events, .data.fd = descriptor };
    return epoll_ctl(epoll, operation, descriptor, &event);
}
