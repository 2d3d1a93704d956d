# ways.sh - the same program, linked in different ways, traced; and what the loader and strace say of it.
programs=$(dirname "$(command -v use_lazy)")

# bound WHEN COMMAND... - how many calls of the library's functions the loader looks up, before main or after.
bound() {
	LD_DEBUG=bindings "${@:2}" 2>&1 |
		awk -v when="$1" '/transferring control/ { main = 1 }
			/binding file [^ ]*use_.* `part_/ && (when == "before") == !main { n++ }
			END { print n + 0 }'
}
# at_start COMMAND... - how many relocations the loader does before main.
at_start() {
	LD_DEBUG=statistics "$@" 2>&1 | awk '/ number of relocations:/ && !n { n = $NF } END { print n }'
}
# relocations FILE TYPE [SYMBOL] - how many of this type the file has.
relocations() {
	readelf -rW "$programs/$1" | grep -c "R_X86_64_$2 .*${3-}"
}
# looked_up PROGRAM ARGUMENT... - both of the latest way, and what the program has of its own file to itself.
looked_up() {
	measured private "$(copytrace check --print "$(file_of "$latest")" "process($1).mapping($1).private_bytes")"
	measured bound-before "$(bound before "$@")"
	measured bound-after "$(bound after "$@")"
}

way lazy -- use_lazy 4
looked_up use_lazy 4
measured jump-slots "$(relocations use_lazy JUMP_SLOT part_)"
measured addresses "$(relocations libparts.so 64 part_)"
way 'lazy all called' -- use_lazy 16
looked_up use_lazy 16
way now -- use_now 4
looked_up use_now 4
measured jump-slots "$(relocations use_now JUMP_SLOT part_)"
measured not-explained $(($(at_start use_now 4) - $(at_start use_lazy 4) - $(relocations use_now JUMP_SLOT)))
way LD_BIND_NOW -- env LD_BIND_NOW=1 use_lazy 4
LD_BIND_NOW=1 looked_up use_lazy 4

# ---- How the program comes to its main.

# before_main COMMAND... - its system calls before those of main, of which getppid is the first.
before_main() {
	strace -o calls "$@" >/dev/null
	sed '/^getppid/,$d' calls
}
more() {
	[ "$1" -gt "$2" ] && echo yes
}
faults_before_main() {
	"$@" | grep -o '[0-9]*$'
}
# untraced PROGRAM - the rows that the latest trace has of a program that couldn't be traced.
untraced() {
	copytrace report --by untraced "$(file_of "$latest")" | grep -c "$1\$"
}

if ! command -v use_static >/dev/null; then
	cannot static 'there is no static libc'
else
	way static -- sh -c 'use_static 4; use_lazy 4'
	measured untraced "$(untraced use_static)"
	measured alone "$(copytrace record -- use_static 4 2>/dev/null || echo $?)"
fi
if ! command -v use_static >/dev/null; then
	cannot 'before main' 'there is no static libc'
elif ! strace -o calls true 2>/dev/null; then
	cannot 'before main' 'there is no strace, or it may not trace'
else
	way 'before main' -- use_lazy 4
	before_main use_static 4 >static
	before_main use_lazy 4 >dynamic
	measured opened-static "$(grep -c '^openat.*\.so.* = [0-9]' static)"
	measured opened-dynamic "$(grep -c '^openat.*\.so.* = [0-9]' dynamic)"
	measured more-calls "$(more "$(wc -l <dynamic)" "$(wc -l <static)")"
	measured more-faults "$(more "$(faults_before_main use_lazy 4)" "$(faults_before_main use_static 4)")"
fi

# ---- Who can't be traced, and what can't be seen.

su=$(command -v su)
if [ ! -u "$su" ] || grep -q '^NoNewPrivs:.*1' /proc/self/status; then
	cannot setuid 'no program gains rights here'
else
	# For root it gains no rights.
	[ "$(id -u)" != 0 ] || su="setpriv --reuid 65534 --clear-groups $su"
	way setuid -- sh -c "$su --version; true"
	measured untraced "$(untraced /su)"
fi

if copytrace record --exhaustive -o probe -- true 2>&1 | grep -q 'exhaustive mode is off'; then
	cannot exhaustive 'the kernel has no Syscall User Dispatch'
else
	way exhaustive --exhaustive -- use_lazy 4
fi
