// Runs CUDA C++ kernels on the CPU: a fiber for each CUDA thread, one block after another.
//
// How a kernel file becomes part of a library (what the tests of package kernel and the stand-in
// driver do alike). For each file F of KernelSource.files() and each element E in {F32, BF16}:
//
//   T = prelude.cuh + headers of its own + F.cu           (the text that KernelSource.text(F) gives)
//   g++ -std=c++17 -O1 -fPIC -fno-gnu-unique -fvisibility=hidden -ffp-contract=off -w
//       -DELEMENT_E -include shim.h -x c++ -c T -o F_E.o  (one translation unit for each element)
//   g++ -std=c++17 -O2 -fPIC -fno-gnu-unique -fvisibility=hidden -c runtime.cpp -o runtime.o
//   g++ -shared *.o -o LIBRARY
//
// A kernel enters itself into the runtime's table under its symbol (rmsNorm_bf16) when the library
// is loaded; shim_launch runs it by that name. The functions of runtime.cpp:
//
//   int shim_launch(name, gx, gy, gz, bx, by, bz, sharedBytes, order, void** arguments)
//       arguments as cuLaunchKernel has them; order 0 ascending, 1 descending, else the seed of a
//       shuffle, for threads and blocks alike; gives 0 for success
//   const char* shim_error()               what went wrong in the last launch that failed
//   const char* shim_signature(name)       one letter a parameter as in Arguments.kinds(), or null
//   int shim_kernels()                     how many kernels are in the table
//   const char* shim_kernel(i)             the symbol of the i-th
//
// What is checked: barriers that some threads miss, lanes that exited before their warp met,
// deadlock, blocks beyond a kernel's launch bound, writes beyond the dynamic shared memory; shared
// memory is NaN before each block. What is not: memory ordering between blocks, bank conflicts,
// divergence, contraction of a*b+c (compare floats with tolerances).
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#define __global__
#define __device__
#define __forceinline__ inline __attribute__((always_inline))
#define __restrict__ __restrict
#define __align__(n) __attribute__((aligned(n)))
// All static shared memory lies in one section, so that the runtime can poison it.
#define __shared__ static __attribute__((section("shimshared"), used))
#define SHIM_DYNAMIC_SHARED reinterpret_cast<unsigned char*>(shim::dynamicShared)

struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

namespace shim {
constexpr int SLOT = 32;  // bytes that a lane can show its warp at once

struct Fiber;
extern Fiber* current;
extern uint3 thread, block;
extern dim3 blockSize, gridSize;
extern char* dynamicShared;

unsigned lane();
// Waits for the whole block.
void meetBlock(int site);
// Shows `bytes` at `value` to the lanes of `mask`, waits for them, and gives all lanes' slots.
const char* meetWarp(unsigned mask, const void* value, int bytes, int site);

template <class T>
inline T slotOf(const char* slots, unsigned lane, int word = 0) {
  T value;
  std::memcpy(&value, slots + lane * SLOT + word * sizeof(T), sizeof(T));
  return value;
}

template <class T>
inline T shuffle(unsigned mask, T value, unsigned source, int site) {
  const char* slots = meetWarp(mask, &value, sizeof(T), site);
  return source < 32 && (mask >> source & 1) ? slotOf<T>(slots, source) : value;
}

inline unsigned ballot(unsigned mask, int predicate, int site) {
  const char* slots = meetWarp(mask, &predicate, sizeof(int), site);
  unsigned bits = 0;
  for (unsigned l = 0; l < 32; l++) {
    if ((mask >> l & 1) && slotOf<int>(slots, l)) bits |= 1u << l;
  }
  return bits;
}

using Entry = void (*)(void**);

template <class T>
constexpr char letter() {
  using P = std::remove_cv_t<T>;
  if constexpr (std::is_pointer_v<P>) return 'p';
  else if constexpr (std::is_same_v<P, int>) return 'i';
  else if constexpr (std::is_same_v<P, long long>) return 'l';
  else {
    static_assert(std::is_same_v<P, float>, "a kernel takes pointers, int, long long and float");
    return 'f';
  }
}

void enter(const char* name, Entry entry, std::string signature, int maxThreads);

template <class F>
struct Caller;
template <class... A>
struct Caller<void (*)(A...)> {
  template <void (*K)(A...)>
  static void call(void** arguments) {
    unpack<K>(arguments, std::index_sequence_for<A...>{});
  }
  template <void (*K)(A...), size_t... I>
  static void unpack(void** arguments, std::index_sequence<I...>) {
    K(*static_cast<std::remove_cv_t<A>*>(arguments[I])...);
  }
  static std::string signature() { return {letter<A>()...}; }
};

struct Registrar {
  template <class F>
  Registrar(const char* name, Entry entry, F, int maxThreads) {
    enter(name, entry, Caller<F>::signature(), maxThreads);
  }
};
}  // namespace shim

#define SHIM_TEXT2(x) #x
#define SHIM_TEXT(x) SHIM_TEXT2(x)
#define SHIM_JOIN2(a, b) a##b
#define SHIM_JOIN(a, b) SHIM_JOIN2(a, b)
// Declares a kernel, enters it into the table, and begins its definition.
#define SHIM_KERNEL(symbol, threads, parameters)                                        \
  extern "C" void symbol parameters;                                                    \
  static shim::Registrar SHIM_JOIN(registrar_, symbol)(                                 \
      SHIM_TEXT(symbol), &shim::Caller<decltype(&symbol)>::call<&symbol>, &symbol, threads); \
  extern "C" void symbol parameters

#define threadIdx (shim::thread)
#define blockIdx (shim::block)
#define blockDim (shim::blockSize)
#define gridDim (shim::gridSize)
#define SHIM_SITE (__COUNTER__ + 1)
#define __syncthreads() shim::meetBlock(SHIM_SITE)
#define __syncwarp() ((void)shim::ballot(0xffffffffu, 0, SHIM_SITE))
#define __shfl_sync(m, v, s) shim::shuffle(m, v, (unsigned)(s), SHIM_SITE)
#define __shfl_xor_sync(m, v, x) shim::shuffle(m, v, shim::lane() ^ (unsigned)(x), SHIM_SITE)
#define __shfl_up_sync(m, v, d) shim::shuffle(m, v, shim::lane() - (unsigned)(d), SHIM_SITE)
#define __shfl_down_sync(m, v, d) shim::shuffle(m, v, shim::lane() + (unsigned)(d), SHIM_SITE)
#define __ballot_sync(m, p) shim::ballot(m, (p) != 0, SHIM_SITE)

inline int __clz(unsigned v) { return v == 0 ? 32 : __builtin_clz(v); }
inline int __ffs(unsigned v) { return __builtin_ffs((int)v); }
inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)(((uint64_t)a * b) >> 32); }
template <class To, class From>
inline To shimBits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(To));
  return to;
}
inline float __uint_as_float(unsigned bits) { return shimBits<float>(bits); }
inline unsigned __float_as_uint(float value) { return shimBits<unsigned>(value); }

// Fibers change only where threads meet, so plain reads and writes are atomic here.
template <class T>
inline T atomicCAS(T* at, T expected, T desired) {
  T old = *at;
  if (old == expected) *at = desired;
  return old;
}
inline int min(int a, int b) { return a < b ? a : b; }
inline int max(int a, int b) { return a > b ? a : b; }
inline long long min(long long a, long long b) { return a < b ? a : b; }

// ---- what the kernels say in inline PTX on a GPU

// cvt.rn.bf16.f32: to nearest, ties to even; any NaN becomes 0x7fff.
inline unsigned short shimToBf16(float value) {
  unsigned bits = __float_as_uint(value);
  if (value != value) return 0x7fff;
  return (unsigned short)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

// Result byte i is byte selector[i] of {a, b}, b the upper half.
inline unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) {
  const uint64_t bytes = (uint64_t)b << 32 | a;
  unsigned result = 0;
  for (int i = 0; i < 4; i++) {
    const unsigned from = selector >> (4 * i) & 7;
    result |= (unsigned)(bytes >> (8 * from) & 0xff) << (8 * i);
  }
  return result;
}

// mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32, fragments as in the PTX ISA, "Matrix
// Fragments for mma.m16n8k16 with floating point type": with g = lane / 4 and t = lane % 4,
//   A(row, k):  a0,a1 (g, 2t+i)  a2,a3 (g+8, 2t+i)  a4,a5 (g, 2t+8+i)  a6,a7 (g+8, 2t+8+i)
//   B(k, col):  b0,b1 (2t+i, g)  b2,b3 (2t+8+i, g)
//   C(row, col): c0,c1 (g, 2t+i)  c2,c3 (g+8, 2t+i)
void shimMma(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2], int site);
