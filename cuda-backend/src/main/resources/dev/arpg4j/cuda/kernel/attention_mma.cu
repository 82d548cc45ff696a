// Prefix attention on tensor cores, bf16: mma.sync.aligned.m16n8k16 with float32 sums.
//
// A block has up to 16 or 32 queries of one head of one batch row, and all its warps have the same:
// they stripe over the keys, 16 at a time, each with a running softmax of its own, and join at the
// end through shared memory. Keys and values go from global memory straight into the fragments that
// the instruction wants, 16 bytes a load and each byte once:
//
// * Q Kt sums over the head's columns, in any order as long as Q and K agree. Thread t of a group of
//   four takes 8 neighbouring columns, 32 c + 8 t .. + 7, for the two k-steps 2c and 2c + 1.
// * In P V the head's columns are the instruction's n, in any order as long as the output is read
//   likewise. Thread group g takes 8 neighbouring columns 64 c + 8 g .. + 7, one for each of the 8
//   n-tiles of chunk c, from the four keys that its place needs; halves of two rows are put
//   together by byte permutation, which is all the transposition there is.
//
// What is left of a width that is not a multiple of 32 (of 64 for V) is taken by narrower loads.
// The scores' fragment is P's fragment. P is split into two bf16 numbers, high + low, so that P V
// sees 16 bits of each weight: twice the instructions, in a kernel that waits for memory.

#if defined(ELEMENT_BF16)

namespace {

constexpr int TILE = 16;  // keys at a time
constexpr float LOG2_E = 1.44269504088896340736f;
constexpr float LN_2 = 0.69314718055994530942f;
constexpr int PADDING = 4;  // floats after a row of sums, against bank conflicts

struct Question {
  const element* __restrict__ q;
  const element* __restrict__ keys;
  const element* __restrict__ values;
  const int* visibleEnd;
  element* y;
  int n;
  int m;
  long long batchStride;
  int headDim;
  int images;
  float factor;
  const float* table;
  const int* tableRowOfRow;
  int rowImages;
  int tableRows;
  int* fault;
  float* scratch;
  int parts;
};

// One warp's share: TILES times 16 queries.
template <int STEPS, bool EXACT, int TILES>
struct Share {
  static constexpr int WORDS = (STEPS + 3) / 4 * 4;

  Width<STEPS, EXACT> width;
  unsigned query[TILES][STEPS][4];
  unsigned key[2][STEPS][2];
  unsigned value[4][WORDS];
  float sums[TILES][2 * WORDS][4];
  float largest[TILES][2];  // of rows g and g + 8, in units of log 2
  float weight[TILES][2];   // of this thread's keys
  int end[TILES][2];

  DEVICE explicit Share(int headDim) : width(headDim) {
#pragma unroll
    for (int tile = 0; tile < TILES; tile++) {
#pragma unroll
      for (int slot = 0; slot < 2 * WORDS; slot++) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
          sums[tile][slot][i] = 0.0f;
        }
      }
#pragma unroll
      for (int half = 0; half < 2; half++) {
        largest[tile][half] = -infinity();
        weight[tile][half] = 0.0f;
      }
    }
  }

  // K's fragments of the keys from .. from+15; beyond the last key held, that one again.
  DEVICE void loadKeys(const element* __restrict__ keys, long long stride, int from, int last) {
    const int g = threadIdx.x % WARP / 4;
    const int t = threadIdx.x % 4;
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const element* row = keys + min(from + 8 * half + g, last) * stride;
#pragma unroll
      for (int step = 0; step < STEPS; step += 2) {
        if (width.paired(step)) {
          const uint4 four = *reinterpret_cast<const uint4*>(row + width.keyColumn(step, t));
          key[half][step][0] = four.x;
          key[half][step][1] = four.y;
          if (step + 1 < STEPS) {
            key[half][step + 1 < STEPS ? step + 1 : step][0] = four.z;
            key[half][step + 1 < STEPS ? step + 1 : step][1] = four.w;
          }
        } else if (width.has(step)) {
          const uint2 two = *reinterpret_cast<const uint2*>(row + width.keyColumn(step, t));
          key[half][step][0] = two.x;
          key[half][step][1] = two.y;
        }
      }
    }
  }

  // The words of V that this thread's fragments are made of: rows 2t, 2t+1, 2t+8, 2t+9.
  DEVICE void loadValues(const element* __restrict__ values, long long stride, int from, int last) {
    const int g = threadIdx.x % WARP / 4;
    const int t = threadIdx.x % 4;
#pragma unroll
    for (int r = 0; r < 4; r++) {
      const element* row = values + min(from + 2 * t + r % 2 + r / 2 * 8, last) * stride;
#pragma unroll
      for (int word = 0; word < WORDS; word += 4) {
        if (width.full(word / 4)) {
          const uint4 four = *reinterpret_cast<const uint4*>(row + width.valueColumn(word, g));
          value[r][word] = four.x;
          value[r][word + 1] = four.y;
          value[r][word + 2] = four.z;
          value[r][word + 3] = four.w;
        } else {
          if (width.hasWord(word)) {
            const uint2 two = *reinterpret_cast<const uint2*>(row + width.valueColumn(word, g));
            value[r][word] = two.x;
            value[r][word + 1] = two.y;
          }
          if (width.hasWord(word + 2)) {
            value[r][word + 2] =
                *reinterpret_cast<const unsigned*>(row + width.valueColumn(word + 2, g));
          }
        }
      }
    }
  }

  // Q's fragments, turned if there is a table and rounded again.
  DEVICE void loadQueries(const Question& ask, int b, int firstRow) {
    const int g = threadIdx.x % WARP / 4;
    const int t = threadIdx.x % 4;
#pragma unroll
    for (int tile = 0; tile < TILES; tile++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        const int row = min(firstRow + TILE * tile + 8 * half + g, ask.n - 1);
        const element* q =
            ask.q + (((long long)b * ask.n + row) * gridDim.y + blockIdx.y) * ask.headDim;
        const float* turns = nullptr;
        if (ask.table != nullptr) {
          const int place = b % ask.rowImages * ask.n + row;
          turns = ask.table + (long long)ask.headDim *
                                  checkedIndex(ask.tableRowOfRow[place], 0, ask.tableRows,
                                               FAULT_ROPE_ROW, place, ask.fault);
        }
#pragma unroll
        for (int step = 0; step < STEPS; step++) {
          if (width.has(step)) {
            const int column = width.keyColumn(step, t);
            uint2 four = *reinterpret_cast<const uint2*>(q + column);
            if (turns != nullptr) {
              const float4 turn = *reinterpret_cast<const float4*>(turns + column);
              four.x = turned(four.x, turn.x, turn.y);
              four.y = turned(four.y, turn.z, turn.w);
            }
            query[tile][step][half] = four.x;
            query[tile][step][half + 2] = four.y;
          }
        }
      }
    }
  }

  static DEVICE unsigned turned(unsigned pair, float cosine, float sine) {
    float even = lowBf16(pair);
    float odd = highBf16(pair);
    rotate(even, odd, cosine, sine);
    return packBf16(even, odd);
  }

  // How far each of this thread's rows sees; gives the farthest of all rows.
  DEVICE int loadEnds(const Question& ask, int b, int firstRow) {
    const int g = threadIdx.x % WARP / 4;
    int farthest = 0;
#pragma unroll
    for (int tile = 0; tile < TILES; tile++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        const int row = min(firstRow + TILE * tile + 8 * half + g, ask.n - 1);
        const int place = b % ask.images * ask.n + row;
        end[tile][half] = checkedIndex(ask.visibleEnd[place], 1, ask.m + 1, FAULT_VISIBLE_END,
                                       place, ask.fault);
        farthest = max(farthest, end[tile][half]);
      }
    }
#pragma unroll
    for (int step = 4; step < WARP; step *= 2) {
      farthest = max(farthest, __shfl_xor_sync(ALL_LANES, farthest, step));
    }
    return farthest;
  }

  // Scores of 16 keys, [8 keys each][row g: 2, row g + 8: 2].
  DEVICE void scoresOf(int tile, float (&scores)[2][4]) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        scores[half][i] = 0.0f;
      }
#pragma unroll
      for (int step = 0; step < STEPS; step++) {
        if (width.has(step)) {
          mma(scores[half], query[tile][step], key[half][step]);
        }
      }
    }
  }

  // Scores become weights against the largest so far, and what was summed before is scaled down to
  // it. A key beyond a row's end weighs 0.
  DEVICE void weigh(int tile, int from, float factor, float (&scores)[2][4]) {
    const int t = threadIdx.x % 4;
    float kept[2];
#pragma unroll
    for (int row = 0; row < 2; row++) {
      float top = -infinity();
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float& score = scores[i / 2][2 * row + i % 2];
        const int at = from + 8 * (i / 2) + 2 * t + i % 2;
        score = at < end[tile][row] ? score * factor : -infinity();
        top = fmaxf(top, score);
      }
      top = fmaxf(top, __shfl_xor_sync(ALL_LANES, top, 1));
      top = fmaxf(top, __shfl_xor_sync(ALL_LANES, top, 2));
      top = fmaxf(top, largest[tile][row]);
      // A row that has seen no key yet: any finite number will do.
      const float base = top == -infinity() ? 0.0f : top;
      kept[row] = exp2Fast(largest[tile][row] - base);
      largest[tile][row] = top;
      float sum = 0.0f;
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float& score = scores[i / 2][2 * row + i % 2];
        score = exp2Fast(score - base);
        sum += score;
      }
      weight[tile][row] = fmaf(weight[tile][row], kept[row], sum);
    }
#pragma unroll
    for (int slot = 0; slot < 2 * WORDS; slot++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        sums[tile][slot][i] *= kept[i / 2];
      }
    }
  }

  DEVICE void addValues(int tile, const float (&weights)[2][4]) {
    unsigned high[4];
    unsigned low[4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const float first = weights[i / 2][2 * (i % 2)];
      const float second = weights[i / 2][2 * (i % 2) + 1];
      high[i] = packBf16(first, second);
      low[i] = packBf16(first - lowBf16(high[i]), second - highBf16(high[i]));
    }
#pragma unroll
    for (int word = 0; word < WORDS; word++) {
      if (width.hasWord(word)) {
        const unsigned even[2] = {__byte_perm(value[0][word], value[1][word], 0x5410),
                                  __byte_perm(value[2][word], value[3][word], 0x5410)};
        const unsigned odd[2] = {__byte_perm(value[0][word], value[1][word], 0x7632),
                                 __byte_perm(value[2][word], value[3][word], 0x7632)};
        mma(sums[tile][2 * word], high, even);
        mma(sums[tile][2 * word + 1], high, odd);
        mma(sums[tile][2 * word], low, even);
        mma(sums[tile][2 * word + 1], low, odd);
      }
    }
  }

  // Leaves this warp's rows in shared memory: sums [rows][headDim + PADDING], then the largest
  // scores and the weights [rows] each.
  DEVICE void leave(float* memory, int headDim) {
    const int g = threadIdx.x % WARP / 4;
    const int t = threadIdx.x % 4;
    const int stride = headDim + PADDING;
    float* const stats = memory + TILES * TILE * stride;
#pragma unroll
    for (int tile = 0; tile < TILES; tile++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        const int row = TILE * tile + 8 * half + g;
        float total = weight[tile][half];
        total += __shfl_xor_sync(ALL_LANES, total, 1);
        total += __shfl_xor_sync(ALL_LANES, total, 2);
        if (t == 0) {
          stats[row] = largest[tile][half];
          stats[TILES * TILE + row] = total;
        }
#pragma unroll
        for (int word = 0; word < WORDS; word++) {
          if (width.hasWord(word)) {
#pragma unroll
            for (int side = 0; side < 2; side++) {
              float* at = memory + row * stride + width.valueColumn(word, 2 * t + side);
              *reinterpret_cast<float2*>(at) = {sums[tile][2 * word][2 * half + side],
                                                sums[tile][2 * word + 1][2 * half + side]};
            }
          }
        }
      }
    }
  }
};

// Joins what the warps left, in their order, and writes rows: the result, or this block's part of
// it as attention.cu's attentionSplit leaves it.
template <int ROWS>
DEVICE void join(const Question& ask, const float* memory, int b, int firstRow, int part) {
  const int d = ask.headDim;
  const int stride = d + PADDING;
  const int warps = blockDim.x / WARP;
  const int share = ROWS * (stride + 2);
  const int eights = d / 8;
  for (int item = threadIdx.x; item < ROWS * eights; item += blockDim.x) {
    const int row = item / eights;
    const int column = item % eights * 8;
    if (firstRow + row >= ask.n) {
      break;
    }
    const float* stats = memory + ROWS * stride + row;
    float largest = -infinity();
    for (int w = 0; w < warps; w++) {
      largest = fmaxf(largest, stats[w * share]);
    }
    const float base = largest == -infinity() ? 0.0f : largest;
    float weight = 0.0f;
    float sums[8] = {};
    for (int w = 0; w < warps; w++) {
      const float kept = exp2Fast(stats[w * share] - base);
      weight = fmaf(stats[w * share + ROWS], kept, weight);
      const float* mine = memory + w * share + row * stride + column;
#pragma unroll
      for (int e = 0; e < 8; e++) {
        sums[e] = fmaf(mine[e], kept, sums[e]);
      }
    }
    const long long place =
        ((long long)b * ask.n + firstRow + row) * gridDim.y + blockIdx.y;
    if (ask.parts == 1) {
      const float inverse = 1.0f / weight;
#pragma unroll
      for (int e = 0; e < 8; e++) {
        sums[e] *= inverse;
      }
      *reinterpret_cast<uint4*>(ask.y + place * d + column) = pack(sums);
    } else {
      float* out = ask.scratch + (place * ask.parts + part) * (d + 2);
      if (column == 0) {
        out[0] = largest * LN_2;
        out[1] = weight;
      }
#pragma unroll
      for (int e = 0; e < 8; e++) {
        out[2 + column + e] = sums[e];
      }
    }
  }
}

template <int STEPS, bool EXACT, int TILES>
DEVICE void attend(const Question& ask, float* memory) {
  constexpr int ROWS = TILES * TILE;
  const int warp = threadIdx.x / WARP;
  const int warps = blockDim.x / WARP;
  const int b = blockIdx.z;
  const int part = blockIdx.x % ask.parts;
  const int firstRow = blockIdx.x / ask.parts * ROWS;
  const long long stride = (long long)gridDim.y * ask.headDim;
  const long long origin = b * ask.batchStride + (long long)blockIdx.y * ask.headDim;
  const element* keys = ask.keys + origin;
  const element* values = ask.values + origin;
  const int last = ask.m - 1;

  Share<STEPS, EXACT, TILES> share(ask.headDim);
  // By m, not by the ends: the first keys can be on their way while the ends are read.
  const int tilesOfPart = ((ask.m + TILE - 1) / TILE + ask.parts - 1) / ask.parts;
  int from = (part * tilesOfPart + warp) * TILE;
  share.loadKeys(keys, stride, from, last);
  const int farthest = share.loadEnds(ask, b, firstRow);
  share.loadQueries(ask, b, firstRow);
  const int to = min((part + 1) * tilesOfPart * TILE, farthest);
  const float factor = ask.factor * LOG2_E;
  for (; from < to; from += warps * TILE) {
    float scores[TILES][2][4];
    share.loadValues(values, stride, from, last);
#pragma unroll
    for (int tile = 0; tile < TILES; tile++) {
      share.scoresOf(tile, scores[tile]);
    }
    if (from + warps * TILE < to) {
      share.loadKeys(keys, stride, from + warps * TILE, last);
    }
#pragma unroll
    for (int tile = 0; tile < TILES; tile++) {
      share.weigh(tile, from, factor, scores[tile]);
      share.addValues(tile, scores[tile]);
    }
  }
  share.leave(memory + warp * ROWS * (ask.headDim + PADDING + 2), ask.headDim);
  __syncthreads();
  join<ROWS>(ask, memory, b, firstRow, part);
}

}  // namespace

#define ATTENTION_KERNEL(name, threads, steps, exact, tiles)                                     \
  KERNEL(name, threads,                                                                         \
         (const element* q, const element* keys, const element* values, const int* visibleEnd,  \
          element* y, int n, int m, long long batchStride, int headDim, int images,             \
          float factor, const float* table, const int* tableRowOfRow, int rowImages,            \
          int tableRows, int* fault, float* scratch, int parts)) {                              \
    DYNAMIC_SHARED(float, memory);                                                              \
    const Question ask{q,     keys,          values,    visibleEnd, y,     n,       m,    batchStride, \
                       headDim, images,      factor,    table,      tableRowOfRow, rowImages,   \
                       tableRows, fault,     scratch,   parts};                                 \
    attend<steps, exact, tiles>(ask, memory);                                                   \
  }

ATTENTION_KERNEL(attentionMma16, 512, 4, true, 1)
ATTENTION_KERNEL(attentionMma32, 256, 4, true, 2)
ATTENTION_KERNEL(attentionMmaAnyWidth, 128, 8, false, 1)

#endif
