# ways.sh - processes that use the data of libcounter.so, each way traced.
programs=$(dirname "$(command -v writer)")

# pipeline NAME COMMANDS - what the reader at the end of the pipeline sees is a figure too.
pipeline() {
	way "$1" -- sh -c "$2 >seen"
	measured seen "$(grep -o '[0-9]*$' seen)"
}
# relocations FILE TYPE - those of this type that the loader has to do for it.
relocations() {
	readelf -rW "$programs/$1" | grep "R_X86_64_$2 "
}

needs_sampled_faults
pipeline nothing 'writer nothing | reader data'
measured page "$(getconf PAGESIZE)"
measured relocations "$(relocations libcounter.so RELATIVE | wc -l)"
measured relocated-pages "$(relocations libcounter.so RELATIVE | sed 's/... .*//' | sort -u | wc -l)"
pipeline 'one int' 'writer counter | reader data'
pipeline 'every page' 'writer data | reader data'
pipeline 'every page in two' 'writer data | writer data | reader data'
pipeline zeros 'writer zeros | reader zeros'
pipeline constants 'writer nothing | reader constants'
pipeline 'shared memory' 'writer shared | reader shared'
pipeline 'copied variables' 'writer_copied data | reader data'
measured relocations "$(relocations writer_copied COPY | wc -l)"
