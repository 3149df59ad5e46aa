/* Devices for benchmarks: MQTT 3.1.1 at QoS 1 over many connections, in one thread.
 *
 *   publish PORT CONNECTIONS MESSAGES WINDOW FIRST_MS TOKEN
 *     Connects device-0, device-1, ..; says "ready"; reads a line; publishes MESSAGES in all, connection by
 *     connection, at most WINDOW unacknowledged on each; says how many are acknowledged, when all are.
 *     Message k is one reading of 60 bytes: level 100 + k % 1000 / 10, at FIRST_MS + k milliseconds since 1970.
 *   take PORT MESSAGES
 *     Subscribes to devices/# at QoS 1 with a lasting session; says "ready"; acknowledges MESSAGES; says so.
 *
 * Any answer but the expected one ends it with 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BUFFER (1 << 18)

typedef struct {
    int fd, device, waiting;
    uint16_t packet;
    long next;              /* the next message of this connection */
    size_t in, out, gone;   /* bytes received, to send, sent */
    unsigned char *from, *to;
} Connection;

static long messages, first_ms, acknowledged;
static int connections = 1, window, epoll;

static void fail(const char *why) {
    fprintf(stderr, "%s (errno %d)\n", why, errno);
    exit(1);
}

static void put(Connection *c, const void *bytes, size_t size) {
    if (c->out + size > BUFFER) fail("the buffer is full");
    memcpy(c->to + c->out, bytes, size);
    c->out += size;
}

static void put_field(Connection *c, const char *text) {
    size_t size = strlen(text);
    unsigned char head[2] = {size >> 8, size & 255};
    put(c, head, 2);
    put(c, text, size);
}

static void say_hello(Connection *c, const char *client, const char *user, const char *token, int clean) {
    int length = 10 + 2 + strlen(client) + (user ? 4 + strlen(user) + strlen(token) : 0);
    unsigned char head[12] = {0x10, length, 0, 4, 'M', 'Q', 'T', 'T', 4, (user ? 0xC0 : 0) | clean << 1, 0, 0};
    put(c, head, 12);
    put_field(c, client);
    if (user) put_field(c, user), put_field(c, token);
}

static void publish(Connection *c) {
    char topic[64], payload[128];
    long at = first_ms + c->next;
    int named = sprintf(topic, "devices/device-%d/readings", c->device);
    int size = sprintf(payload, "[{\"n\":\"level\",\"u\":\"m\",\"t\":%ld.%03ld,\"v\":%.9f}]", at / 1000, at % 1000,
                       100 + (double)(c->next % 1000) / 10);
    int length = 2 + named + 2 + size;
    while (++c->packet == 0);
    unsigned char head[5] = {0x32, length, named >> 8, named & 255}, id[2] = {c->packet >> 8, c->packet & 255};
    if (length > 127) fail("a message is too long");
    put(c, head, 4);
    put(c, topic, named);
    put(c, id, 2);
    put(c, payload, size);
    c->next += connections;
    c->waiting++;
}

static void flush(Connection *c) {
    while (c->gone < c->out) {
        ssize_t sent = write(c->fd, c->to + c->gone, c->out - c->gone);
        if (sent < 0 && errno == EAGAIN) break;
        if (sent < 0) fail("a connection ended");
        c->gone += sent;
    }
    if (c->gone == c->out) c->gone = c->out = 0;
    struct epoll_event wanted = {EPOLLIN | (c->out ? EPOLLOUT : 0), {.ptr = c}};
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &wanted);
}

static void fill(Connection *c) {
    while (c->waiting < window && c->next < messages && c->out + 256 < BUFFER) publish(c);
    flush(c);
}

/* Reads what came and returns how many packets of the type are in it; acknowledges what is published. */
static int heard(Connection *c, int type) {
    ssize_t got = read(c->fd, c->from + c->in, BUFFER - c->in);
    if (got < 0 && errno == EAGAIN) return 0;
    if (got <= 0) fail("a connection ended");
    c->in += got;
    size_t at = 0;
    int found = 0;
    while (c->in - at >= 2) {
        size_t length = c->from[at + 1] & 127, head = 2;
        if (c->from[at + 1] & 128) length |= (size_t)c->from[at + 2] << 7, head = 3;
        if (c->in - at < head + length) break;
        unsigned char *body = c->from + at + head;
        if (c->from[at] >> 4 != type) fail("another packet than expected");
        if (type == 2 && body[1]) fail("CONNECT is refused");
        if (type == 3) {
            size_t named = body[0] << 8 | body[1];
            unsigned char answer[4] = {0x40, 2, body[2 + named], body[3 + named]};
            put(c, answer, 4);
        }
        found++;
        at += head + length;
    }
    memmove(c->from, c->from + at, c->in -= at);
    return found;
}

static Connection *connected(int port) {
    struct sockaddr_in address = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {0}};
    Connection *c = calloc(1, sizeof *c);
    int yes = 1;
    c->from = malloc(BUFFER), c->to = malloc(BUFFER);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address)) fail("nobody listens");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event wanted = {EPOLLIN, {.ptr = c}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &wanted);
    return c;
}

static void expect(Connection *c, int type) {
    flush(c);
    while (!heard(c, type));
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
}

static void await_line(void) {
    char line[16];
    puts("ready"), fflush(stdout);
    if (!fgets(line, sizeof line, stdin)) fail("nobody says go");
}

static void publish_all(int port, const char *token) {
    Connection **all = calloc(connections, sizeof *all);
    for (int number = 0; number < connections; number++) {
        char name[32];
        sprintf(name, "device-%d", number);
        Connection *c = all[number] = connected(port);
        c->device = number, c->next = number;
        say_hello(c, name, name, token, 1);
        expect(c, 2);
    }
    await_line();
    for (int number = 0; number < connections; number++) fill(all[number]);
    struct epoll_event events[256];
    while (acknowledged < messages) {
        int some = epoll_wait(epoll, events, 256, 30000);
        if (some <= 0) fail("nothing is acknowledged any more");
        for (int one = 0; one < some; one++) {
            Connection *c = events[one].data.ptr;
            if (events[one].events & EPOLLIN) {
                int told = heard(c, 4);
                c->waiting -= told, acknowledged += told;
            }
            fill(c);
        }
    }
}

static void take_all(int port) {
    Connection *c = connected(port);
    unsigned char subscribe[] = {0x82, 14, 0, 1, 0, 9, 'd', 'e', 'v', 'i', 'c', 'e', 's', '/', '#', 1};
    say_hello(c, "taker", NULL, NULL, 0);
    expect(c, 2);
    fcntl(c->fd, F_SETFL, 0);
    put(c, subscribe, sizeof subscribe);
    expect(c, 9);
    puts("ready"), fflush(stdout);
    struct epoll_event event;
    while (acknowledged < messages) {
        if (epoll_wait(epoll, &event, 1, 30000) <= 0) fail("nothing comes any more");
        acknowledged += heard(c, 3);
        flush(c);
    }
    while (c->out) flush(c);
}

int main(int count, char **told) {
    epoll = epoll_create1(0);
    if (count == 8 && !strcmp(told[1], "publish")) {
        connections = atoi(told[3]), messages = atol(told[4]), window = atoi(told[5]), first_ms = atol(told[6]);
        publish_all(atoi(told[2]), told[7]);
    } else if (count == 4 && !strcmp(told[1], "take")) {
        messages = atol(told[3]);
        take_all(atoi(told[2]));
    } else return 2;
    printf("%ld\n", acknowledged);
    return 0;
}
