// What benchmarks measure a card with. The element type plays no part: they are there under F32.

#if defined(ELEMENT_F32)

// Four loads in flight a thread.
KERNEL(copy, 256, (const uint4* from, uint4* to, long long vectors)) {
  constexpr int UNROLL = 4;
  const long long step = (long long)gridDim.x * blockDim.x;
  long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  for (; at + (UNROLL - 1) * step < vectors; at += UNROLL * step) {
    uint4 held[UNROLL];
#pragma unroll
    for (int u = 0; u < UNROLL; u++) {
      held[u] = from[at + u * step];
    }
#pragma unroll
    for (int u = 0; u < UNROLL; u++) {
      to[at + u * step] = held[u];
    }
  }
  for (; at < vectors; at += step) {
    to[at] = from[at];
  }
}

KERNEL(flush, 256, (uint4* to, long long vectors)) {
  const long long step = (long long)gridDim.x * blockDim.x;
  for (long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x; at < vectors; at += step) {
    to[at] = {0, 0, 0, 0};
  }
}

KERNEL(empty, 1024, ()) {}

#endif
