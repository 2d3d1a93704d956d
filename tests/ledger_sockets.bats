# ledger_sockets.bats - what sockets copy, by family and flag.
load helpers/common

@test "TCP: peeking copies again, MSG_TRUNC discards" {
	ledger tcp
}

@test "UDP: a cut datagram is copied as far as it fits" {
	ledger udp
}

@test "UNIX stream, datagram and seqpacket" {
	ledger unix_sockets
}

@test "a socket has its peer's name, or else its own, as others print them" {
	ledger socket_names
}

@test "MSG_ZEROCOPY on loopback is a copy inside the kernel" {
	ledger zerocopy
}

@test "MSG_ZEROCOPY of datagrams on loopback is one, whoever names the address" {
	ledger zerocopy_datagrams
}

@test "MSG_ZEROCOPY to an address of the machine's own is one too" {
	unshare -n true 2>/dev/null || skip "a network of its own needs privileges"
	ledger zerocopy_own_address
}
