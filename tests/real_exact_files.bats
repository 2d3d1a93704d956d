# Programs that copy, pack and look at files give exactly the ledger that strace sees, and behave as they do alone.
load helpers/common
load real/helpers

@test "cat to a file" {
	exact cat text noise
}

@test "cat in a pipe" {
	exact bash -c 'cat noise text | cat | wc -c'
}

@test "a program killed by SIGPIPE" {
	exact bash -c 'yes | head -c 300000 | wc -c'
}

@test "a FIFO" {
	exact bash -c 'mkfifo fifo; cat noise >fifo & cat fifo | md5sum; wait; rm fifo'
}

@test "dd" {
	exact dd if=noise of=copy bs=3000 status=none
}

@test "cp" {
	exact cp -r tree copy
}

@test "tee" {
	exact bash -c 'tee one two <noise | md5sum'
}

@test "split, and joined again" {
	exact bash -c 'split -b 100000 noise part. && cat part.* | cmp - noise'
}

@test "ls -lR" {
	exact ls -lR tree
}

@test "find" {
	exact bash -c 'find tree -type f -size +1k | wc -l; find tree -name "file1*" -exec cat {} + | md5sum'
}

@test "du, stat, mv and rm" {
	exact bash -c 'du -a --apparent-size tree/deep | wc -l; stat -c "%s %F" text noise; mv tree/deep moved; rm -r moved'
}

@test "md5sum and sha256sum" {
	exact bash -c 'md5sum noise text; sha256sum noise text >sums && sha256sum -c --quiet sums'
}

@test "tar" {
	exact bash -c 'tar cf tree.tar tree && mkdir out && tar xf tree.tar -C out && rm tree.tar'
}

@test "gzip and back" {
	exact bash -c 'gzip -n text && gzip -dc text.gz | md5sum'
}

@test "tar to gzip" {
	exact bash -c 'tar cf - tree | gzip -n | wc -c'
}

@test "tar through gzip, started by tar" {
	exact bash -c 'tar czf tree.tgz tree && tar tzf tree.tgz | wc -l && rm tree.tgz'
}

@test "xz, with threads" {
	need xz
	exact bash -c 'xz -0 -T2 -k noise && xz -dc noise.xz | md5sum'
}

@test "zstd, with threads" {
	need zstd
	exact bash -c 'zstd -q -T2 -k noise && zstd -dcq noise.zst | md5sum'
}

@test "bzip2" {
	need bzip2
	exact bash -c 'bzip2 -1 -k text && bzip2 -dc text.bz2 | md5sum'
}

@test "rsync" {
	need rsync
	exact bash -c 'rsync -a tree/ mirror && echo more >>tree/file3 && rsync -a --no-whole-file tree/ mirror && rm -r mirror'
}

@test "file, strings and objdump" {
	need file
	exact bash -c 'file --brief text noise /bin/true | md5sum; strings /bin/true | wc -l; objdump -d /bin/true | md5sum'
}
