/* unix_socket.h - UNIX sockets that are found by their path. */
#ifndef UNIX_SOCKET_H
#define UNIX_SOCKET_H

/* Type is SOCK_STREAM or SOCK_DGRAM. */
int unix_socket_at(int type, const char *path);
int unix_socket_to(int type, const char *path);

#endif
