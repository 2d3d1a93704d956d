/*
 * complaints.c - functions without a row, which write to stderr: perror, psignal and syslog in one piece,
 * error in three, two of twelve and the end of the line.
 *
 * EXPECT syscall write: calls=1+1+3+1 returned=32+19+12+12+1+17 from_user=32+19+12+12+1+17
 * EXPECT object $KIND $DIR/complaints: from_user=93
 * EXPECT totals: returned=93 from_user=93
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <error.h>
#include <fcntl.h>
#include <signal.h>
#include <syslog.h>

int main(void)
{
	gives(dup2(must(open("complaints", O_WRONLY | O_CREAT | O_APPEND, 0600)), 2), 2);
	errno = ENOENT;
	perror("open");
	psignal(SIGTERM, "signal");
	program_invocation_name = (char *)"complaints";
	setenv("TZ", "UTC0", 1);
	error(0, 0, "nothing %s", "here");
	openlog("complaints", LOG_PERROR, LOG_USER);
	syslog(LOG_INFO, "%s", "said");
	return 0;
}
