// One id for each row of logits (VARIANTS.md 1.7): guidance, temperature, top-k, top-p and the
// inverse distribution in id order, in one block for each row.
//
// The guided logits are put into shared memory once if they fit, else made again where they are
// needed. Filters are thresholds over keys, unsigned numbers that sort as the logits do, found by a
// search over their bits: every count and mass is a block-wide sum along a fixed tree, so nothing
// depends on the order in which threads run.

namespace {

constexpr int NO_ID = 0x7fffffff;
constexpr int CANDIDATES = 3;  // of each round of a search

// A row of guided logits.
struct Row {
  const element* logits;
  const float* weights;
  float* staged;  // null if they do not fit
  long long branchStride;
  int branches;
  int vocabulary;

  DEVICE float guided(int id) const {
    float lower = toFloat(logits[(branches - 1) * branchStride + id]);
    float result = lower;
    for (int branch = branches - 2; branch >= 0; branch--) {
      const float upper = toFloat(logits[branch * branchStride + id]);
      result = guide(result, weights[branch], upper, lower);
      lower = upper;
    }
    return result;
  }

  DEVICE float at(int id) const { return staged != nullptr ? staged[id] : guided(id); }
};

// Reads a row, 16 bytes a load where that can be, into shared memory.
DEVICE void stage(const Row& row) {
  const bool wide =
      row.vocabulary % VECTOR == 0 && row.branchStride % VECTOR == 0 && isAligned(row.logits);
  for (int at = threadIdx.x * VECTOR; at < row.vocabulary; at += blockDim.x * VECTOR) {
    float lower[VECTOR];
    float result[VECTOR];
    load(row.logits + (row.branches - 1) * row.branchStride, at, row.vocabulary, wide, lower);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      result[e] = lower[e];
    }
    for (int branch = row.branches - 2; branch >= 0; branch--) {
      float upper[VECTOR];
      load(row.logits + branch * row.branchStride, at, row.vocabulary, wide, upper);
#pragma unroll
      for (int e = 0; e < VECTOR; e++) {
        result[e] = guide(result[e], row.weights[branch], upper[e], lower[e]);
        lower[e] = upper[e];
      }
    }
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      if (at + e < row.vocabulary) {
        row.staged[at + e] = result[e];
      }
    }
  }
}

// ---- keys: a < b exactly if keyOf(a) < keyOf(b); both zeros have one key

DEVICE unsigned keyOf(float logit) {
  const unsigned bits = logit == 0.0f ? 0u : __float_as_uint(logit);
  return bits >> 31 ? ~bits : bits | 0x80000000u;
}

DEVICE float logitOf(unsigned key) {
  return __uint_as_float(key >> 31 ? key & 0x7fffffffu : ~key);
}

// ---- the block together

struct Shared {
  float partial[CANDIDATES * WARP];
  unsigned long long best[WARP];
  int worst[WARP];
  int found;
};

// What a first look at a row tells every thread.
struct Look {
  float largest;
  int largestId;  // the lowest of equals
  int badId;      // the first that is NaN or plus infinity, NO_ID if none is
};

DEVICE Look look(const Row& row, Shared& shared) {
  unsigned long long best = 0;
  int bad = NO_ID;
  for (int id = threadIdx.x; id < row.vocabulary; id += blockDim.x) {
    const float logit = row.at(id);
    if (!(logit < infinity())) {
      bad = min(bad, id);
    }
    // The larger key, and of equal ones the lower id.
    const unsigned long long ranked = (unsigned long long)keyOf(logit) << 32 | (unsigned)~id;
    best = ranked > best ? ranked : best;
  }
#pragma unroll
  for (int step = WARP / 2; step > 0; step /= 2) {
    const unsigned long long other = __shfl_xor_sync(ALL_LANES, best, step);
    best = other > best ? other : best;
    bad = min(bad, __shfl_xor_sync(ALL_LANES, bad, step));
  }
  if (threadIdx.x % WARP == 0) {
    shared.best[threadIdx.x / WARP] = best;
    shared.worst[threadIdx.x / WARP] = bad;
  }
  __syncthreads();
  for (int warp = 0; warp < (int)blockDim.x / WARP; warp++) {
    best = shared.best[warp] > best ? shared.best[warp] : best;
    bad = min(bad, shared.worst[warp]);
  }
  return {logitOf((unsigned)(best >> 32)), (int)~(unsigned)best, bad};
}

// Sums of several numbers at once, each along blockSum's tree.
DEVICE void blockSums(float (&values)[CANDIDATES], float* partial) {
  const int lane = threadIdx.x % WARP;
#pragma unroll
  for (int c = 0; c < CANDIDATES; c++) {
    values[c] = warpSum(values[c]);
    if (lane == 0) {
      partial[c * WARP + threadIdx.x / WARP] = values[c];
    }
  }
  __syncthreads();
#pragma unroll
  for (int c = 0; c < CANDIDATES; c++) {
    values[c] = warpSum(lane < (int)blockDim.x / WARP ? partial[c * WARP + lane] : 0.0f);
  }
  __syncthreads();
}

// The largest threshold T for which the weights of all keys >= T add up to more than `limit`; 0 if
// none is. A fixed tree of positive numbers never grows when one of them is left out, rounding or
// not, so the search over bits, two a round, is sound.
template <class Weight>
DEVICE unsigned search(const Row& row, Weight weight, float limit, Shared& shared) {
  unsigned threshold = 0;
  for (int shift = 30; shift >= 0; shift -= 2) {
    float sums[CANDIDATES] = {};
    for (int id = threadIdx.x; id < row.vocabulary; id += blockDim.x) {
      const float logit = row.at(id);
      const unsigned key = keyOf(logit);
      if (key >= (threshold | 1u << shift)) {
        const float each = weight(key, logit);
#pragma unroll
        for (unsigned c = 0; c < CANDIDATES; c++) {
          sums[c] += key >= (threshold | (c + 1) << shift) ? each : 0.0f;
        }
      }
    }
    blockSums(sums, shared.partial);
    const unsigned digit = sums[2] > limit ? 3 : sums[1] > limit ? 2 : sums[0] > limit ? 1 : 0;
    threshold |= digit << shift;
  }
  return threshold;
}

// The running sums of a warp's values, in lane order.
DEVICE float warpPrefix(float value) {
  const int lane = threadIdx.x % WARP;
#pragma unroll
  for (int step = 1; step < WARP; step *= 2) {
    const float before = __shfl_up_sync(ALL_LANES, value, step);
    value += lane >= step ? before : 0.0f;
  }
  return value;
}

// The first id at which the running sum of weights exceeds `target`, or `target` times the sum of
// all if `relative`; where rounding ends the sum below it, the last id with any weight. Each warp
// sums a run of ids; then the first warp looks through the run in which it happens.
template <class Weight>
DEVICE int firstBeyond(const Row& row, Weight weight, float target, bool relative,
                       Shared& shared) {
  const int lane = threadIdx.x % WARP;
  const int warp = threadIdx.x / WARP;
  const int warps = blockDim.x / WARP;
  const int run = (row.vocabulary + warps - 1) / warps;
  float sum = 0.0f;
  const int end = min((warp + 1) * run, row.vocabulary);
  for (int id = warp * run + lane; id < end; id += WARP) {
    sum += weight(id);
  }
  sum = warpSum(sum);
  if (lane == 0) {
    shared.partial[warp] = sum;
  }
  __syncthreads();
  if (warp == 0) {
    const float mine = lane < warps ? shared.partial[lane] : 0.0f;
    const float upTo = warpPrefix(mine);
    if (relative) {
      target *= __shfl_sync(ALL_LANES, upTo, WARP - 1);
    }
    // Of warps without weight none is taken: rounding may part the sums up to them from each other.
    const unsigned some = __ballot_sync(ALL_LANES, mine > 0.0f);
    const unsigned beyond = some & __ballot_sync(ALL_LANES, upTo > target);
    const int there = beyond != 0 ? __ffs(beyond) - 1 : WARP - 1 - __clz(some);
    const float before = __shfl_sync(ALL_LANES, upTo, there - 1);
    float running = there == 0 ? 0.0f : before;
    int found = there * run;
    const int stop = min((there + 1) * run, row.vocabulary);
    for (int first = there * run; first < stop; first += WARP) {
      const float each = first + lane < stop ? weight(first + lane) : 0.0f;
      const float prefix = warpPrefix(each);
      const unsigned weighty = __ballot_sync(ALL_LANES, each > 0.0f);
      const unsigned hit = __ballot_sync(ALL_LANES, each > 0.0f && running + prefix > target);
      if (hit != 0) {
        found = first + __ffs(hit) - 1;
        break;
      }
      found = weighty != 0 ? first + WARP - 1 - __clz(weighty) : found;
      running += __shfl_sync(ALL_LANES, prefix, WARP - 1);
    }
    if (lane == 0) {
      shared.found = found;
    }
  }
  __syncthreads();
  return shared.found;
}

// ---- weights of ids

struct One {
  DEVICE float operator()(unsigned, float) const { return 1.0f; }
};

// e^((logit - largest) / temperature)
struct Tempered {
  float largest;
  float inverseTemperature;
  DEVICE float operator()(float logit) const {
    return expf((logit - largest) * inverseTemperature);
  }
};

// Of the keys from `threshold` up.
struct Candidate {
  Tempered tempered;
  unsigned threshold;
  DEVICE float operator()(unsigned key, float logit) const {
    return key >= threshold ? tempered(logit) : 0.0f;
  }
};

// One for each id whose key it is.
struct Tie {
  const Row& row;
  unsigned key;
  DEVICE float operator()(int id) const { return keyOf(row.at(id)) == key ? 1.0f : 0.0f; }
};

// Of the ids that the filters let through: keys above the threshold, and those equal to it up to
// the id `lastTie`.
struct Kept {
  const Row& row;
  Tempered tempered;
  unsigned threshold;
  int lastTie;
  DEVICE float operator()(int id) const {
    const float logit = row.at(id);
    const unsigned key = keyOf(logit);
    return key > threshold || (key == threshold && id <= lastTie) ? tempered(logit) : 0.0f;
  }
};

// The mass of the candidates from `threshold` up.
DEVICE float massFrom(const Row& row, const Candidate& weight, unsigned threshold,
                      Shared& shared) {
  float sum = 0.0f;
  for (int id = threadIdx.x; id < row.vocabulary; id += blockDim.x) {
    const float logit = row.at(id);
    const unsigned key = keyOf(logit);
    sum += key >= threshold ? weight(key, logit) : 0.0f;
  }
  return blockSum(sum, shared.partial);
}

// Keeps, in descending order with ties by id, each entry before which no more than topP of the mass
// lies.
DEVICE void narrowToTopP(Kept& kept, float topP, Shared& shared) {
  const Candidate weight{kept.tempered, kept.threshold};
  const float limit = topP * massFrom(kept.row, weight, kept.threshold, shared);
  const unsigned threshold = search(kept.row, weight, limit, shared);
  if (threshold < kept.threshold || threshold == 0) {
    return;
  }
  const float before = massFrom(kept.row, weight, threshold + 1, shared);
  const float each = kept.tempered(logitOf(threshold));
  const float ties = floorf((limit - before) / each) + 1.0f;
  kept.lastTie =
      firstBeyond(kept.row, Tie{kept.row, threshold}, ties - 0.5f, false, shared);
  kept.threshold = threshold;
}

}  // namespace

KERNEL(sample, 1024,
       (const element* logits, const float* weights, const float* uniform, int* ids, int rows,
        int branches, int vocabulary, int staged, int greedy, float inverseTemperature, int topK,
        float topP, int* fault)) {
  DYNAMIC_SHARED(float, memory);
  __shared__ Shared shared;
  const int place = blockIdx.x;
  const Row row{logits + (long long)place * vocabulary,
                weights,
                staged != 0 ? memory : nullptr,
                (long long)rows * vocabulary,
                branches,
                vocabulary};
  if (staged != 0) {
    stage(row);
    __syncthreads();
  }
  const Look seen = look(row, shared);
  const bool bad = seen.badId != NO_ID;
  if (bad || vocabulary == 0 || seen.largest == -infinity()) {
    if (threadIdx.x == 0) {
      ids[place] = 0;
      if (bad) {
        const float logit = row.at(seen.badId);
        report(fault, logit == infinity() ? FAULT_LOGIT_INFINITE : FAULT_LOGIT_NAN, place,
               seen.badId, 0);
      } else {
        report(fault, FAULT_NO_FINITE_LOGIT, place, 0, 0);
      }
    }
    return;
  }
  if (greedy != 0) {
    if (threadIdx.x == 0) {
      ids[place] = seen.largestId;
    }
    return;
  }
  Kept kept{row, Tempered{seen.largest, inverseTemperature}, 0, NO_ID};
  if (topK > 0) {
    kept.threshold = search(row, One{}, (float)topK - 0.5f, shared);
  }
  if (topP < 1.0f) {
    narrowToTopP(kept, topP, shared);
  }
  const int id = firstBeyond(row, kept, uniform[place], true, shared);
  if (threadIdx.x == 0) {
    ids[place] = id;
  }
}
