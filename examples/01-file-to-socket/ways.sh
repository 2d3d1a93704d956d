# ways.sh - the ways of sending a file of 16 MiB to a socket, each traced at both ends; and two of them with a
# file that isn't in the page cache.
head -c 16M /dev/urandom >data

to_socket() {
	way "read_write 4 KiB to $1" -- receive "$2" read_write data 4K
	way "read_write 64 KiB to $1" -- receive "$2" read_write data
	way "mmap_write to $1" -- receive "$2" mmap_write data
	way "sendfile to $1" -- receive "$2" sendfile data
	way "splice to $1" -- receive "$2" splice data
}
to_socket UNIX unix
to_socket TCP tcp

# Puts a file on the disk alone. It is a new one each time, since pages that a socket has had can't be dropped
# before the network has let go of them.
put_on_disk() {
	head -c 16M /dev/urandom >cold
	sync cold
	dd if=cold iflag=nocache count=0 status=none
}

# What is read of a file on tmpfs comes from no device, nor what another machine has.
is_read_from_device() {
	put_on_disk
	# shellcheck disable=SC2016
	[ "$(sh -c 'cat cold >/dev/null; sed -n "s/^read_bytes: //p" /proc/$$/io')" -ge 16777216 ]
}

from_disk() {
	if is_read_from_device; then
		put_on_disk
		way "$1" -- "${@:2}"
	else
		cannot "$1" 'what is read of a file here comes from no device'
	fi
}
from_disk 'read_write 64 KiB to TCP from disk' receive tcp read_write cold
from_disk 'sendfile to TCP from disk' receive tcp sendfile cold
