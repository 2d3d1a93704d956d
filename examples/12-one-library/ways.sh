# ways.sh - a file of 16 MiB in pieces of 1 MiB, by each version of the library, and by malloc with its threshold fixed.
yes | head -c 16M >data

# with LIBRARY NAME [VARIABLE=VALUE] - the program is the same.
with() {
	LD_LIBRARY_PATH=$(dirname "$(command -v lines)")/$1 way "$2" -- lines data
}

needs_sampled_faults
with fresh fresh
with malloced malloced
GLIBC_TUNABLES=glibc.malloc.mmap_threshold=131072 with malloced 'malloced at 128 KiB'
with reused reused
