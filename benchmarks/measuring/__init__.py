"""What the benchmarks share: a client that loads a server, bare servers to hold ours against, and the figures."""
