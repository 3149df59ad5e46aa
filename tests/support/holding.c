/* Devices that hold on: MQTT 3.1.1 at QoS 1 over many connections, in one thread, whatever ends meanwhile.
 *
 *   holding PORT CONNECTIONS MESSAGES WINDOW FIRST_MS TOKEN PER_SECOND
 *
 * device-0, device-1, .. connect, and connect again when they are dropped. Message k, of device k % CONNECTIONS,
 * is one reading: level 100 + k % 1000 / 10, at FIRST_MS + k milliseconds since 1970; it is due k / PER_SECOND
 * seconds after all have come in once. What is not acknowledged is sent again on the next connection, before
 * anything new. With MESSAGES 0 they only stay until a line comes.
 *
 * It says, with milliseconds since 1970: "in MS DEVICE" when a device is let in, "ack MS K" when message K is
 * acknowledged. It ends with 0 when all are, with 1 when nothing can be meant.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BUFFER (1 << 15)
#define MOST 200
#define AGAIN_MS 300
#define TICK_MS 5

typedef struct {
    int fd, device, let_in, waiting;
    uint16_t packet;
    long next, again_ms;          /* the next new message; when to connect again */
    size_t in, out, gone;         /* bytes received, to send, sent */
    struct { uint16_t packet; long k; } sent[MOST];
    unsigned char *from, *to;
} Device;

static long messages, first_ms, acknowledged, per_second, began_ms;
static int connections, window, epoll, port, entered;
static const char *token;

static long now_ms(void) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    return at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static void put(Device *d, const void *bytes, size_t size) {
    memcpy(d->to + d->out, bytes, size);
    d->out += size;
}

static void put_field(Device *d, const char *text) {
    unsigned char head[2] = {strlen(text) >> 8, strlen(text) & 255};
    put(d, head, 2);
    put(d, text, strlen(text));
}

static void publish(Device *d, long k) {
    char topic[64], payload[128];
    long at = first_ms + k;
    int named = sprintf(topic, "devices/device-%d/readings", d->device);
    int size = sprintf(payload, "[{\"n\":\"level\",\"u\":\"m\",\"t\":%ld.%03ld,\"v\":%.9f}]", at / 1000, at % 1000,
                       100 + (double)(k % 1000) / 10);
    while (++d->packet == 0);
    unsigned char head[4] = {0x32, 2 + named + 2 + size, named >> 8, named & 255};
    unsigned char id[2] = {d->packet >> 8, d->packet & 255};
    put(d, head, 4);
    put(d, topic, named);
    put(d, id, 2);
    put(d, payload, size);
    d->sent[d->waiting].packet = d->packet;
    d->sent[d->waiting++].k = k;
}

static void leave(Device *d) {
    close(d->fd);
    d->fd = -1, d->let_in = 0, d->in = d->out = d->gone = 0;
    d->again_ms = now_ms() + AGAIN_MS;
}

static void enter(Device *d) {
    struct sockaddr_in address = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {0}};
    struct epoll_event wanted = {EPOLLIN, {.ptr = d}};
    char name[32], client[40];
    int yes = 1;
    d->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (d->fd < 0) perror("no more connections"), exit(1);
    if (connect(d->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) {
        leave(d);
        return;
    }
    setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    epoll_ctl(epoll, EPOLL_CTL_ADD, d->fd, &wanted);
    sprintf(name, "device-%d", d->device);
    sprintf(client, "%s-%s", name, messages ? "speaks" : "stays");
    int length = 16 + strlen(client) + strlen(name) + strlen(token);
    unsigned char head[12] = {0x10, length, 0, 4, 'M', 'Q', 'T', 'T', 4, 0xC2, 0, 0};
    put(d, head, 12);
    put_field(d, client);
    put_field(d, name);
    put_field(d, token);
}

static void flush(Device *d) {
    while (d->fd >= 0 && d->gone < d->out) {
        ssize_t sent = send(d->fd, d->to + d->gone, d->out - d->gone, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != ENOTCONN) leave(d);
        if (sent < 0) break;
        d->gone += sent;
    }
    if (d->fd < 0) return;
    if (d->gone == d->out) d->gone = d->out = 0;
    struct epoll_event wanted = {EPOLLIN | (d->out ? EPOLLOUT : 0), {.ptr = d}};
    epoll_ctl(epoll, EPOLL_CTL_MOD, d->fd, &wanted);
}

static void fill(Device *d, long due) {
    while (d->let_in && d->waiting < window && d->next < due && d->out + 256 < BUFFER) {
        publish(d, d->next);
        d->next += connections;
    }
    if (d->out) flush(d);
}

static void let_in(Device *d) {
    d->let_in = 1;
    printf("in %ld %d\n", now_ms(), d->device);
    int left = d->waiting;
    d->waiting = 0;
    for (int place = 0; place < left; place++) publish(d, d->sent[place].k);
    if (++entered == connections) began_ms = now_ms();
}

static void acknowledge(Device *d, uint16_t packet) {
    for (int place = 0; place < d->waiting; place++) {
        if (d->sent[place].packet != packet) continue;
        printf("ack %ld %ld\n", now_ms(), d->sent[place].k);
        memmove(d->sent + place, d->sent + place + 1, (--d->waiting - place) * sizeof *d->sent);
        acknowledged++;
        return;
    }
}

/* Reads what came: CONNACK and PUBACK have four bytes. */
static void hear(Device *d) {
    ssize_t got = read(d->fd, d->from + d->in, BUFFER - d->in);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        leave(d);
        return;
    }
    d->in += got;
    size_t at = 0;
    for (; d->in - at >= 4; at += 4) {
        unsigned char *told = d->from + at;
        if (told[0] == 0x40) acknowledge(d, told[2] << 8 | told[3]);
        else if (told[0] == 0x20 && !told[3]) let_in(d);
        else {
            leave(d);
            return;
        }
    }
    memmove(d->from, d->from + at, d->in -= at);
}

static int asked_to_end(void) {
    char line[8];
    return fgets(line, sizeof line, stdin) && 1;
}

static void hold(Device *all) {
    struct epoll_event events[512];
    while (acknowledged < messages || messages == 0) {
        int some = epoll_wait(epoll, events, 512, TICK_MS);
        for (int one = 0; one < some; one++) {
            Device *d = events[one].data.ptr;
            if (!d) {
                if (asked_to_end()) return;
                continue;
            }
            if (d->fd >= 0 && events[one].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) hear(d);
            if (d->fd >= 0 && events[one].events & EPOLLOUT) flush(d);
        }
        long now = now_ms(), due = began_ms ? (now - began_ms) * per_second / 1000 : 0;
        if (due > messages) due = messages;
        for (int number = 0; number < connections; number++) {
            Device *d = all + number;
            if (d->fd < 0 && now >= d->again_ms) enter(d);
            fill(d, due);
        }
        fflush(stdout);
    }
}

int main(int count, char **told) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (count != 8) return 1;
    port = atoi(told[1]), connections = atoi(told[2]), messages = atol(told[3]), window = atoi(told[4]);
    first_ms = atol(told[5]), token = told[6], per_second = atol(told[7]);
    if (connections < 1 || window < 1 || window > MOST || 70 + strlen(token) > 127) return 1;
    epoll = epoll_create1(0);
    struct epoll_event asked = {EPOLLIN, {.ptr = NULL}};
    if (!messages) epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &asked);
    Device *all = calloc(connections, sizeof *all);
    for (int number = 0; number < connections; number++) {
        Device *d = all + number;
        d->fd = -1, d->device = d->next = number;
        d->from = malloc(BUFFER), d->to = malloc(BUFFER);
    }
    hold(all);
    return 0;
}
