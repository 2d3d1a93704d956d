# ways.sh - 256 pieces of 4 KiB by each mechanism, from a child to its parent, or from one program to another.

related_way() {
	way "related $1" -- related "$1"
}

# The consumer makes what has the name, and closes its output: then the producer is started.
unrelated_way() {
	# shellcheck disable=SC2016
	way "unrelated $1" -- bash -o pipefail -c 'consume "$0" "$1" | { read -r; produce "$0" "$1"; }' "$1" "$2"
}

related_way pipe
unrelated_way fifo fifo
related_way unix_stream
unrelated_way unix_stream stream
related_way unix_datagram
unrelated_way unix_datagram datagram
related_way tcp
unrelated_way posix_queue "/lesson-05-$$"
related_way sysv_queue
unrelated_way sysv_queue "$$"
unrelated_way posix_memory "/lesson-05-$$"
if strace -f -e trace=semop,semtimedop -o calls related sysv_memory 2>why; then
	related_way sysv_memory
	measured semop "$(grep -cE 'sem(timed)?op\(' calls)"
else
	cannot 'related sysv_memory' "its calls can't be counted: $(tail -n 1 why)"
fi
related_way anonymous_memory
unrelated_way memfd memfd
if related process_vm 2>why; then
	related_way process_vm
else
	cannot 'related process_vm' "$(tail -n 1 why)"
fi
related_way vmsplice
related_way signals
