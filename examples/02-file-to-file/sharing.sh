# sharing.sh - a directory whose files can share blocks, for shells that source this: on a file system in an image,
# mounted where this shell's descendants alone find it, by a holder that unmounts it when the shell ends.

# Makes a file system of a type in ./image.
image_of() {
	rm -f image
	truncate -s 300M image
	case $1 in
	xfs) mkfs.xfs -q -m reflink=1 image ;;
	btrfs) mkfs.btrfs -q image ;;
	esac
}

# The holder has a mount namespace of its own, and waits for the end of its input.
mount_image() {
	mkdir -p mounted
	coproc HOLDER {
		exec unshare -m sh -c 'mount -o loop image mounted && echo mounted && read -r _; umount mounted' 2>refusal
	}
	holder=$HOLDER_PID
	read -r _ <&"${HOLDER[0]}" || { why_not=$(head -n 1 refusal) && return 1; }
	ln -sfn "/proc/$holder/root$PWD/mounted" shared
}

# Makes ./shared such a directory; where that can't be, says in why_not why.
mount_shared() {
	local type
	PATH=$PATH:/usr/sbin:/sbin
	[ "$(id -u)" -eq 0 ] || { why_not='only root may mount a file system' && return 1; }
	why_not='neither mkfs.xfs nor mkfs.btrfs is installed'
	for type in xfs btrfs; do
		command -v "mkfs.$type" >mkfs || continue
		if ! image_of "$type" >mkfs 2>&1; then
			why_not="mkfs.$type: $(tail -n 1 mkfs)"
		elif mount_image; then
			return 0
		fi
	done
	return 1
}

# Until it is mounted no more.
unmount_shared() {
	exec {HOLDER[1]}>&-
	wait "$holder"
	rm shared
}
