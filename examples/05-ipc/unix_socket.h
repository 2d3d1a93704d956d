/* unix_socket.h - UNIX sockets that are found by their path, and streams with or without one. */
#ifndef UNIX_SOCKET_H
#define UNIX_SOCKET_H

/* Type is SOCK_STREAM or SOCK_DGRAM. */
int unix_socket_at(int type, const char *path);
int unix_socket_to(int type, const char *path);

/* A connection that has come in. */
int unix_socket_accepted(int listener);

/*
 * A stream: related processes inherit the two ends; of unrelated ones the consumer makes a socket
 * at the path, and the producer connects to it. Each side asks for its end.
 */
struct unix_stream {
	int ends[2], listener;
};
void unix_stream_make(struct unix_stream *stream, const char *path);
int unix_stream_of_producer(struct unix_stream *stream, const char *path);
int unix_stream_of_consumer(struct unix_stream *stream, const char *path);

#endif
