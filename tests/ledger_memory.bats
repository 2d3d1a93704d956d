# ledger_memory.bats - mappings and allocations: sizes, counts, and the peak.
load helpers/common

@test "mappings and shared memory move nothing, and show their lengths" {
	ledger mappings
}

@test "every allocator function, by calls and bytes asked for" {
	ledger allocations
}

@test "the peak of live memory, and what is left of it" {
	ledger live_memory
}
