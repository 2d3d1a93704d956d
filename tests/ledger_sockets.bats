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

@test "MSG_ZEROCOPY on loopback is a copy inside the kernel" {
	ledger zerocopy
}
