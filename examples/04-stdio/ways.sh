# ways.sh - the ways of writing and of reading a file of 256 KiB, each traced.
out_write lines 256K

# writes WAY COMMAND... - traces a command, and makes sure that it writes the lines.
writes() {
	rm -f copy
	way "$1" -- "${@:2}"
	cmp lines copy
}
writes 'write 1 byte' out_write copy 1
writes 'write 64 bytes' out_write copy 64
writes 'write 256 KiB' out_write copy 256K
writes 'fputc with a buffer of 64 KiB' out_fputc copy 64K
writes 'fputc by line' out_fputc copy line
writes 'fputc with no buffer' out_fputc copy none
writes 'fwrite 64 bytes with a buffer of 64 KiB' out_fwrite copy 64 64K
writes 'fwrite 64 KiB with no buffer' out_fwrite copy 64K none

# From here on the buffer is libc's, as large as one of the file system's blocks.
block=$(stat -c %o .)
default() {
	if [ "$block" -eq 4096 ]; then
		"$@"
		measured st_blksize "$block"
	else
		cannot "$2" "a block, and so the buffer, is of $block bytes here"
	fi
}
reads() {
	way "$1" -- "${@:2}"
}
default writes fputc out_fputc copy
default writes 'fputc with setvbuf of NULL and 64 KiB' out_fputc copy NULL,64K
default writes putc_unlocked out_putc_unlocked copy
default writes 'fwrite 64 bytes' out_fwrite copy 64
default writes 'fwrite 64 KiB' out_fwrite copy 64K
default reads fgetc in_fgetc lines
default reads fgets in_fgets lines
default reads 'fread 64 KiB' in_fread lines 64K
