# ways.sh - the ways of copying a file of 16 MiB, each traced.
head -c 16M /dev/urandom >data

way 'read_write 4 KiB' -- read_write data copy 4K
cmp data copy
way 'read_write 64 KiB' -- read_write data copy
cmp data copy
way sendfile -- sendfile data copy
cmp data copy
