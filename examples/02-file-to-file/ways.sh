# ways.sh - the ways of copying a file of 16 MiB, each traced.
. "$LESSON/sharing.sh"
head -c 16M /dev/urandom >data

# copies WAY COMMAND FROM TO [ARGUMENT...] - traces a command, and makes sure that it copies.
copies() {
	way "$1" --copies -- "${@:2}"
	cmp "$3" "$4"
}

copies 'read_write 4 KiB' read_write data copy 4K
copies 'read_write 64 KiB' read_write data copy
copies map_write map_write data copy
copies map_memcpy map_memcpy data copy
copies sendfile sendfile data copy
if reflink data probe 2>refusal; then
	cannot copy_file_range 'the file system here shares blocks'
else
	copies copy_file_range copy_file_range data copy
fi

# Where files can share blocks.
if mount_shared; then
	cp data shared/data
	copies 'sendfile on xfs or btrfs' sendfile shared/data shared/copy
	copies 'copy_file_range on xfs or btrfs' copy_file_range shared/data shared/copy
	copies 'reflink on xfs or btrfs' reflink shared/data shared/copy
	unmount_shared
else
	for name in sendfile copy_file_range reflink; do
		cannot "$name on xfs or btrfs" "$why_not"
	done
fi
