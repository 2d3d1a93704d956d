/*
 * terminal.c - a pseudo-terminal: an echo that makes more bytes of what was written, then a raw
 * line.
 *
 * EXPECT call posix_openpt: calls=1
 * EXPECT call write: calls=3 returned=3+12+20 from_user=3+12+20
 * EXPECT call read: calls=4 returned=3+4+12+20 to_user=3+4+12+20
 * EXPECT object tty: from_user=35 to_user=39
 * EXPECT totals: returned=74 from_user=35 to_user=39
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <termios.h>

int main(void)
{
	char name[100], buffer[100] = "";
	int master = must(posix_openpt(O_RDWR | O_NOCTTY));
	must(unlockpt(master));
	gives(ptsname_r(master, name, sizeof(name)), 0);
	int slave = must(open(name, O_RDWR | O_NOCTTY));

	gives(write(master, "ab\n", 3), 3);
	gives(read(slave, buffer, 100), 3);
	gives(read(master, buffer, 100), 4);

	struct termios mode;
	must(tcgetattr(slave, &mode));
	cfmakeraw(&mode);
	must(tcsetattr(slave, TCSANOW, &mode));
	gives(write(master, buffer, 12), 12);
	gives(read(slave, buffer, 100), 12);
	gives(write(slave, buffer, 20), 20);
	gives(read(master, buffer, 100), 20);
	return 0;
}
