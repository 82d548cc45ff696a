// What attention_mma.cu says in instructions of its own, and which columns of a head each thread has
// in its fragments. It stands between the prelude and that source.

#if defined(ELEMENT_BF16)

namespace {

// 2^x; 0 for minus infinity.
DEVICE float exp2Fast(float x) {
#ifdef __CUDACC__
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return exp2f(x);
#endif
}

DEVICE void mma(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#ifdef __CUDACC__
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  shimMma(c, a, b, __COUNTER__);
#endif
}

// Head widths up to 16 * STEPS, in k-steps of 16; with EXACT that very width, so that all of it is
// known when this is compiled.
template <int STEPS, bool EXACT>
struct Width {
  int steps;

  DEVICE explicit Width(int headDim) : steps(EXACT ? STEPS : headDim / 16) {}

  // Whether a step shares its 16-byte loads with its neighbour.
  DEVICE bool paired(int step) const { return EXACT ? STEPS >= (step | 1) + 1 : (step | 1) < steps; }

  DEVICE bool has(int step) const { return EXACT || step < steps; }

  // The first of the 4 neighbouring columns that thread t of four has of a k-step.
  DEVICE int keyColumn(int step, int t) const {
    return paired(step) ? 32 * (step / 2) + 8 * t + 4 * (step % 2) : 16 * step + 4 * t;
  }

  // V's columns come in chunks of 64 (4 words a thread and row), then 32 (2 words), then 16 (1):
  // which of a chunk's four words there are.
  DEVICE int left(int chunk) const { return EXACT ? STEPS - 4 * chunk : steps - 4 * chunk; }
  DEVICE bool full(int chunk) const { return left(chunk) >= 4; }
  DEVICE bool hasWord(int word) const {
    const int rest = left(word / 4);
    return rest >= 4 || (word % 4 < 2 && rest >= 2) || (word % 4 == 2 && rest % 2 == 1 && rest > 0);
  }

  // The first of a word's two columns for thread group g.
  DEVICE int valueColumn(int word, int g) const {
    const int chunk = word / 4;
    const int within = word % 4;
    if (full(chunk)) {
      return 64 * chunk + 8 * g + 2 * within;
    }
    if (within < 2) {
      return 64 * chunk + 4 * g + 2 * within;
    }
    return 64 * chunk + (left(chunk) >= 2 ? 32 : 0) + 2 * g;
  }
};

}  // namespace

#endif

