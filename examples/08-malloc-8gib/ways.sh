# ways.sh - memory that is taken, and how much of it is touched and how.
needs_sampled_faults

# Address space may be short, or not lent beyond what there is of memory.
for way in 'nothing of 8 GiB' '1 % of 8 GiB'; do
	every=$([ "$way" = '1 % of 8 GiB' ] && echo 100 || echo 0)
	if why=$(touch_pages 8G 0 2>&1); then
		way "$way" -- touch_pages 8G "$every"
	else
		cannot "$way" "$why (vm.overcommit_memory $(cat /proc/sys/vm/overcommit_memory), ulimit -v $(ulimit -v))"
	fi
done

way 'all of 64 MiB' -- touch_pages 64M
way '1 % of 64 MiB' -- touch_pages 64M 100
way '64 MiB read first' -- read_first 64M

way 'calloc untouched' -- touch_zeroed 64M 0
way 'calloc touched' -- touch_zeroed 64M
way 'calloc reuses 64 KiB' -- zero_again 64K
way 'calloc maps 64 MiB' -- zero_again 64M

for way in 'huge pages all' 'huge pages 1 %'; do
	every=$([ "$way" = 'huge pages 1 %' ] && echo 100 || echo 1)
	if why=$(touch_huge 64M "$every" 2>&1); then
		way "$way" -- touch_huge 64M "$every"
		measured huge_page_bytes "$(cat /sys/kernel/mm/transparent_hugepage/hpage_pmd_size)"
	else
		cannot "$way" "$why"
	fi
done

way '64 MiB 4 times' -- take_again 64M 4
GLIBC_TUNABLES=glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=1073741824 \
	way '64 MiB 4 times kept' -- take_again 64M 4
way '16 MiB 4 times' -- take_again 16M 4
GLIBC_TUNABLES=glibc.malloc.mmap_threshold=1048576 \
	way '16 MiB 4 times mapped' -- take_again 16M 4
way '64 MiB given back 4 times' -- give_back 64M 4
