# ways.sh - 1 MiB in memory by each name, stored or written by one process, mapped or read by another.
huge=/sys/kernel/mm/transparent_hugepage/shmem_enabled
named=/dev/shm/lesson-07-$$
file=$named.d/file
mkdir "${file%/*}"
trap 'rm -rf "$named" "${file%/*}"' EXIT

# What is left of it when all have ended: how many blocks of 512 bytes, and then nothing.
measure_and_remove() {
	measured blocks "$(stat -c %b "$1")"
	rm "$1"
}

named_way() {
	way "shm_open $1 $2 $3" -- put shm_open "/${named##*/}" "$1" "$2" "$3" "$2"
	measure_and_remove "$named"
}
tmpfs_way() {
	way "tmpfs $1 $2 $3" -- put tmpfs "$file" "$1" "$2" "$3" "$2"
	measure_and_remove "$file"
}
# The file of a memfd goes with the last who has it: it is measured while it is there, by one more.
memfd_way() {
	if [ "$1" = write ] && grep -qsE '\[(always|within_size|force)\]' "$huge"; then
		cannot "memfd $1 $2 $3" "$huge lets a write bring a page of 2 MiB"
		return
	fi
	way "memfd $1 $2 $3" -- put memfd lesson "$1" "$2" "$3" "$2"
	measured blocks "$(put memfd lesson "$1" "$2" stat -L -c %b)"
}

needs_sampled_faults
named_way store 1M map_file
named_way store 1M read_file
named_way write 1M map_file
named_way write 1M read_file
named_way store 256K read_file
named_way store 0 read_file
named_way store 0 map_file
tmpfs_way store 1M map_file
tmpfs_way write 1M read_file
memfd_way store 1M read_file
memfd_way write 1M map_file
way 'segment 1M attach' -- segment 1M attach 1M
