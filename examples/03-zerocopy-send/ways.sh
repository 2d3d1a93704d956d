# ways.sh - the ways of sending 16 MiB of the program's own memory over TCP on loopback, each traced at both ends.
way 'send 4 KiB' -- receive tcp send 16M 4K
way 'send 16 KiB' -- receive tcp send 16M 16K
way 'send 16 KiB with the flag alone' -- receive tcp send 16M 16K flag

# What the kernel says of its own work stands in the completions.
zerocopy() {
	way "$1" -- receive tcp send_zerocopy 16M "$2" 2>completions
	measured completions "$(awk '/ completions, / { print $1 }' completions)"
	measured copied "$(awk '/ completions, / { print $3 }' completions)"
}
zerocopy 'send_zerocopy 4 KiB' 4K
zerocopy 'send_zerocopy 16 KiB' 16K
