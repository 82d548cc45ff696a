// What all kernels share. It stands in front of each source, which is compiled once for each
// element type, by NVRTC without any other header (and by g++ over the shim for the tests).
//
// Kernels compute in float32. A file's helpers are in an anonymous namespace, because the two
// compilations of a file have the same names for different code.

#if defined(ELEMENT_F32)
#define SYMBOL(name) name##_f32
#elif defined(ELEMENT_BF16)
#define SYMBOL(name) name##_bf16
#else
#error "define ELEMENT_F32 or ELEMENT_BF16"
#endif

// KERNEL(name, most threads of a block, (parameters)) { ... }
// Parameters are pointers, int, long long and float: see Arguments.
#ifdef __CUDACC__
#define KERNEL(name, threads, parameters) \
  extern "C" __global__ void __launch_bounds__(threads) SYMBOL(name) parameters
#define DYNAMIC_SHARED(type, name)                                \
  extern __shared__ __align__(16) unsigned char dynamicShared[]; \
  type* const name = reinterpret_cast<type*>(dynamicShared)
#else
#define KERNEL(name, threads, parameters) SHIM_KERNEL(SYMBOL(name), threads, parameters)
#define DYNAMIC_SHARED(type, name) type* const name = reinterpret_cast<type*>(SHIM_DYNAMIC_SHARED)
#endif

#define DEVICE __device__ __forceinline__

namespace {

constexpr int WARP = 32;
constexpr unsigned ALL_LANES = 0xffffffffu;

// ---- faults: codes are Fault.Kind's ordinal plus 1

constexpr int FAULT_EMBED_ID = 1;
constexpr int FAULT_GATHER_INDEX = 2;
constexpr int FAULT_ROPE_ROW = 3;
constexpr int FAULT_VISIBLE_END = 4;
constexpr int FAULT_TARGET = 5;
constexpr int FAULT_LOGIT_NAN = 6;
constexpr int FAULT_LOGIT_INFINITE = 7;
constexpr int FAULT_NO_FINITE_LOGIT = 8;
constexpr int FAULT_SCATTER_INDEX = 9;

// The first to come writes {code, row, value, bound}.
DEVICE void report(int* fault, int code, int row, int value, int bound) {
  if (atomicCAS(fault, 0, code) == 0) {
    fault[1] = row;
    fault[2] = value;
    fault[3] = bound;
  }
}

// `value` if it is in first .. bound-1, else the nearest that is, and a fault.
DEVICE int checkedIndex(int value, int first, int bound, int code, int row, int* fault) {
  if (value < first || value >= bound) {
    report(fault, code, row, value, bound);
    return value < first ? first : bound - 1;
  }
  return value;
}

// ---- numbers

DEVICE float infinity() { return __uint_as_float(0x7f800000u); }

DEVICE float bf16ToFloat(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

// To nearest, ties to even.
DEVICE unsigned short floatToBf16(float value) {
#ifdef __CUDACC__
  unsigned short bits;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
#else
  return shimToBf16(value);
#endif
}

// Two at once, `low` in the lower half.
DEVICE unsigned packBf16(float low, float high) {
#ifdef __CUDACC__
  unsigned pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
#else
  return (unsigned)shimToBf16(high) << 16 | shimToBf16(low);
#endif
}

DEVICE float lowBf16(unsigned pair) { return __uint_as_float(pair << 16); }

DEVICE float highBf16(unsigned pair) { return __uint_as_float(pair & 0xffff0000u); }

// ---- the element type

#if defined(ELEMENT_F32)
typedef float element;
constexpr int VECTOR = 4;  // entries of 16 bytes

DEVICE float toFloat(element value) { return value; }
DEVICE element toElement(float value) { return value; }

DEVICE void unpack(uint4 raw, float (&values)[VECTOR]) {
  values[0] = __uint_as_float(raw.x);
  values[1] = __uint_as_float(raw.y);
  values[2] = __uint_as_float(raw.z);
  values[3] = __uint_as_float(raw.w);
}

DEVICE uint4 pack(const float (&values)[VECTOR]) {
  return {__float_as_uint(values[0]), __float_as_uint(values[1]), __float_as_uint(values[2]),
          __float_as_uint(values[3])};
}
#else
typedef unsigned short element;
constexpr int VECTOR = 8;

DEVICE float toFloat(element value) { return bf16ToFloat(value); }
DEVICE element toElement(float value) { return floatToBf16(value); }

DEVICE void unpack(uint4 raw, float (&values)[VECTOR]) {
  values[0] = lowBf16(raw.x);
  values[1] = highBf16(raw.x);
  values[2] = lowBf16(raw.y);
  values[3] = highBf16(raw.y);
  values[4] = lowBf16(raw.z);
  values[5] = highBf16(raw.z);
  values[6] = lowBf16(raw.w);
  values[7] = highBf16(raw.w);
}

DEVICE uint4 pack(const float (&values)[VECTOR]) {
  return {packBf16(values[0], values[1]), packBf16(values[2], values[3]),
          packBf16(values[4], values[5]), packBf16(values[6], values[7])};
}
#endif

// One branch of guidance: `guided` so far, and this branch against the one below it. Contracted by
// name, so that every kernel that guides gives the same bits.
DEVICE float guide(float guided, float weight, float upper, float lower) {
  return fmaf(weight, upper - lower, guided);
}

// As it will read back from memory.
DEVICE float rounded(float value) { return toFloat(toElement(value)); }

// ---- vectors of VECTOR neighbouring entries
//
// `wide` says, uniformly for a whole kernel, that all vectors are aligned to 16 bytes and none is
// cut short. Otherwise entries are read one by one: the same numbers in the same places, so that
// alignment never changes a result.

DEVICE bool isAligned(const void* pointer) {
  return ((unsigned long long)pointer & 15) == 0;
}

// Entries at .. at+VECTOR-1 of a row of `width`; 0 beyond its end.
template <class Place>
DEVICE void load(const element* row, Place at, Place width, bool wide, float (&values)[VECTOR]) {
  if (wide && at < width) {
    unpack(*reinterpret_cast<const uint4*>(row + at), values);
    return;
  }
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    values[e] = !wide && at + e < width ? toFloat(row[at + e]) : 0.0f;
  }
}

template <class Place>
DEVICE void store(element* row, Place at, Place width, bool wide, const float (&values)[VECTOR]) {
  if (wide && at < width) {
    *reinterpret_cast<uint4*>(row + at) = pack(values);
    return;
  }
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    if (!wide && at + e < width) {
      row[at + e] = toElement(values[e]);
    }
  }
}

// As load, from a row of float32.
template <class Place>
DEVICE void loadFloats(const float* row, Place at, Place width, bool wide, float (&values)[VECTOR]) {
  if (wide && at < width) {
#pragma unroll
    for (int e = 0; e < VECTOR; e += 4) {
      float4 four = *reinterpret_cast<const float4*>(row + at + e);
      values[e] = four.x;
      values[e + 1] = four.y;
      values[e + 2] = four.z;
      values[e + 3] = four.w;
    }
    return;
  }
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    values[e] = !wide && at + e < width ? row[at + e] : 0.0f;
  }
}

DEVICE float sumOf(const float (&values)[VECTOR]) {
  float sum = 0.0f;
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    sum += values[e];
  }
  return sum;
}

// ---- rows shared out as RowGrid does
//
// 2^shift neighbouring threads to a row, several rows to a block, long rows over blocks along y.

DEVICE int rowOfThread(int shift) {
  return blockIdx.x * (blockDim.x >> shift) + (threadIdx.x >> shift);
}

template <class Place>
DEVICE Place firstPlaceOfRow(int shift) {
  return ((Place)blockIdx.y * (1 << shift) + (threadIdx.x & ((1 << shift) - 1))) * VECTOR;
}

template <class Place>
DEVICE Place stepInRow(int shift) {
  return (Place)gridDim.y * (1 << shift) * VECTOR;
}

// ---- rotary positions

// (a, b) becomes (a cos - b sin, b cos + a sin). Contracted by name: every kernel that rotates
// gives the same bits.
DEVICE void rotate(float& a, float& b, float cosine, float sine) {
  const float real = fmaf(a, cosine, -(b * sine));
  b = fmaf(b, cosine, a * sine);
  a = real;
}

// ---- a warp and a block together
//
// Sums run along a fixed tree: lanes by halves, then warps by halves. `partial` is shared memory
// for 32 numbers; every thread gets the result, and `partial` is free again afterwards.

DEVICE float warpSum(float value) {
#pragma unroll
  for (int step = WARP / 2; step > 0; step /= 2) {
    value += __shfl_xor_sync(ALL_LANES, value, step);
  }
  return value;
}

DEVICE float warpMax(float value) {
#pragma unroll
  for (int step = WARP / 2; step > 0; step /= 2) {
    value = fmaxf(value, __shfl_xor_sync(ALL_LANES, value, step));
  }
  return value;
}

DEVICE float blockSum(float value, float* partial) {
  const int lane = threadIdx.x % WARP;
  value = warpSum(value);
  if (lane == 0) {
    partial[threadIdx.x / WARP] = value;
  }
  __syncthreads();
  value = warpSum(lane < (int)blockDim.x / WARP ? partial[lane] : 0.0f);
  __syncthreads();
  return value;
}

// NaN only if all are.
DEVICE float blockMax(float value, float* partial) {
  const int lane = threadIdx.x % WARP;
  value = warpMax(value);
  if (lane == 0) {
    partial[threadIdx.x / WARP] = value;
  }
  __syncthreads();
  value = warpMax(lane < (int)blockDim.x / WARP ? partial[lane] : -infinity());
  __syncthreads();
  return value;
}

}  // namespace
