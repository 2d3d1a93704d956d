# ways.sh - a FIFO whose reader comes first, one whose writer does, one whose only user doesn't want to wait, and one
# with two writers.
mkfifo fifo

# Who comes second looks whether the first sleeps in the kernel's function for it, and lets it wait a little longer.
if grep -qE ' (wait_for_partner|fifo_open)$' /proc/kallsyms; then
	way 'reader first' -- sh -c 'reader fifo & writer fifo 4K $!; wait $!'
	way 'writer first' -- sh -c 'writer fifo 128K & reader fifo $!; wait $!'
else
	cannot 'reader first' "the kernel doesn't tell where a process sleeps"
	cannot 'writer first' "the kernel doesn't tell where a process sleeps"
fi

way alone -- alone fifo
measured PIPE_BUF "$(getconf PIPE_BUF fifo)"
measured capacity "$(alone fifo | awk '$1 == "capacity" { print $2 }')"

way 'two writers' -- together fifo
