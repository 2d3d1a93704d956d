# ways.sh - 256 pieces of 4 KiB by each mechanism, from a child to its parent, and from one program to another.

# A child inherits what it needs, or finds it by a name.
related_way() {
	way "related $1" -- related "$@"
}

# The consumer makes what has the name, and closes its output: then the producer is started.
unrelated_way() {
	# shellcheck disable=SC2016
	way "unrelated $1" -- bash -o pipefail -c 'consume "$0" "$1" | { read -r; produce "$0" "$1"; }' "$1" "$2"
}

related_way pipe

related_way fifo related-fifo
unrelated_way fifo fifo

related_way unix_stream
unrelated_way unix_stream stream

related_way unix_datagram
unrelated_way unix_datagram datagram

related_way tcp
unrelated_way tcp port

related_way posix_queue "/lesson-05-$$"
unrelated_way posix_queue "/lesson-05-$$"

related_way sysv_queue
unrelated_way sysv_queue "$$"

related_way posix_memory "/lesson-05-$$"
unrelated_way posix_memory "/lesson-05-$$"

related_way sysv_memory
unrelated_way sysv_memory "$$"
# Its turns, once more: nobody else counts them.
if strace -f -e trace=semop,semtimedop -o calls related sysv_memory 2>why; then
	way 'turns of sysv_memory' -- related sysv_memory
	measured semop "$(grep -cE 'sem(timed)?op\(' calls)"
else
	cannot 'turns of sysv_memory' 'strace is needed to count calls that move no bytes'
fi

related_way anonymous_memory

related_way memfd
unrelated_way memfd memfd

if related process_vm 2>why; then
	related_way process_vm
	unrelated_way process_vm address
else
	cannot 'related process_vm' "$(tail -n 1 why)"
	cannot 'unrelated process_vm' "$(tail -n 1 why)"
fi

related_way vmsplice
unrelated_way vmsplice vmsplice

related_way signals
unrelated_way signals pid
