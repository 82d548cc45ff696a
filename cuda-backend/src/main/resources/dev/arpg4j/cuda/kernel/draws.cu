// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), bit for
// bit as tensor's Philox: key = seed, counter = (image, slot, draw, purpose).

#if defined(ELEMENT_F32)

namespace {

DEVICE unsigned philoxFirstWord(unsigned key0, unsigned key1, unsigned x0, unsigned x1,
                                unsigned x2, unsigned x3) {
#pragma unroll
  for (int round = 0; round < 10; round++) {
    const unsigned high0 = __umulhi(0xD2511F53u, x0);
    const unsigned low0 = 0xD2511F53u * x0;
    const unsigned high1 = __umulhi(0xCD9E8D57u, x2);
    const unsigned low1 = 0xCD9E8D57u * x2;
    x0 = high1 ^ x1 ^ key0;
    x1 = low1;
    x2 = high0 ^ x3 ^ key1;
    x3 = low0;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return x0;
}

}  // namespace

// y[b, i] = a multiple of 2^-24 in [0, 1)
KERNEL(uniform, 128,
       (const int* seed, const int* images, const int* slots, const int* draw, float* y, int size,
        int n, int slotRows, int purpose)) {
  const int at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at < size) {
    const int b = at / n;
    const int slot = slots[b % slotRows * n + at % n];
    const unsigned word =
        philoxFirstWord(seed[0], seed[1], images[b], slot, draw[0], (unsigned)purpose);
    y[at] = (float)(word >> 8) * 0x1p-24f;
  }
}

// y = -ln(-ln u), with half of the smallest step for 0.
KERNEL(gumbel, 128, (const float* uniform, float* y, int size)) {
  const int at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at < size) {
    const float u = uniform[at];
    y[at] = -logf(-logf(u == 0.0f ? 0x1p-25f : u));
  }
}

#endif
