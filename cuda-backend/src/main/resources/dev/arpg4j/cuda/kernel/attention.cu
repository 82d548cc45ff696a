// Prefix attention for any head width (VARIANTS.md 0, "Prefix form"): a block of 8 warps has one
// query a warp, all of one head of one batch row, and passes over the keys in chunks of 32 that it
// stages in shared memory, then over their values in the same place: so a head of 512 fits into the
// 99 KiB that every card of compute capability 8.0 and later has. In a chunk a lane has a key while
// scores are made, and columns of the head while values are added up.
//
// The softmax is a running one. Chunks begin at multiples of 32 whatever the extents, and a warp's
// arithmetic knows its own row only: a row's bits do not depend on its company.

namespace {

constexpr int QUERIES = 8;

// What the kernels are asked, as they get it.
struct Question {
  const element* q;
  const element* keys;
  const element* values;
  const int* visibleEnd;
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
};

// A block's shared memory.
struct Staged {
  float* queries;  // [QUERIES][headDim]
  float* sums;     // [QUERIES][headDim]
  float* weights;  // [QUERIES][CHUNK]
  float* rows;     // [CHUNK][headDim | 1]: an odd stride, so that lanes read different banks

  DEVICE Staged(float* memory, int headDim)
      : queries(memory),
        sums(queries + QUERIES * headDim),
        weights(sums + QUERIES * headDim),
        rows(weights + QUERIES * CHUNK) {}
};

// Where the running softmax of a row stands.
struct Running {
  float largest;
  float weight;
};

// Puts a query, turned if there is a table, into shared memory; its sums begin at zero.
DEVICE void stageQuery(const Question& ask, const Staged& staged, int b, int row, int warp,
                       int lane) {
  const int d = ask.headDim;
  const element* q = ask.q + (((long long)b * ask.n + row) * gridDim.y + blockIdx.y) * d;
  float* query = staged.queries + warp * d;
  for (int c = lane; c < d; c += WARP) {
    staged.sums[warp * d + c] = 0.0f;
  }
  if (ask.table == nullptr) {
    for (int c = lane; c < d; c += WARP) {
      query[c] = toFloat(q[c]);
    }
    return;
  }
  const int place = b % ask.rowImages * ask.n + row;
  const int line = checkedIndex(ask.tableRowOfRow[place], 0, ask.tableRows, FAULT_ROPE_ROW, place,
                                ask.fault);
  const float* turns = ask.table + (long long)line * d;
  for (int c = 2 * lane; c < d; c += 2 * WARP) {
    float even = toFloat(q[c]);
    float odd = toFloat(q[c + 1]);
    rotate(even, odd, turns[c], turns[c + 1]);
    query[c] = rounded(even);
    query[c + 1] = rounded(odd);
  }
}

// Copies rows chunk .. chunk+31 of the keys or the values; zeros from `end` on.
DEVICE void stageChunk(const Question& ask, const element* rows, const Staged& staged, int b,
                       int chunk, int end) {
  const int d = ask.headDim;
  const long long stride = (long long)gridDim.y * d;
  const long long origin = b * ask.batchStride + (long long)blockIdx.y * d;
  stageRows(rows + origin + chunk * stride, stride, end - chunk, d, staged.rows);
}

// One warp's row meets the staged keys, of which it sees the first `seen`, 1 or more. Gives what
// the sums so far keep.
DEVICE float weighChunk(const Question& ask, const Staged& staged, int seen, int warp, int lane,
                        Running& running) {
  const int d = ask.headDim;
  const float dot = dotWithRow(staged.queries + warp * d, staged.rows, d, lane);
  const float score = lane < seen ? ask.factor * dot : -infinity();
  const float largest = fmaxf(running.largest, warpMax(score));
  const float kept = expf(running.largest - largest);
  const float weight = lane < seen ? expf(score - largest) : 0.0f;
  running.largest = largest;
  running.weight = fmaf(running.weight, kept, warpSum(weight));
  staged.weights[warp * CHUNK + lane] = weight;
  return kept;
}

// Adds up the staged values by their weights.
DEVICE void addChunk(const Question& ask, const Staged& staged, int seen, float kept, int warp,
                     int lane) {
  const int d = ask.headDim;
  addRows(staged.sums + warp * d, kept, staged.weights + warp * CHUNK, staged.rows, seen, d, lane);
}

// Passes over the keys from .. to-1. Afterwards the row's sums are in shared memory, and `row` says
// which it was, n or more for none.
DEVICE Running attendKeys(const Question& ask, const Staged& staged, int* ends, int tile, int from,
                          int to, int& row) {
  const int warp = threadIdx.x / WARP;
  const int lane = threadIdx.x % WARP;
  const int b = blockIdx.z;
  row = tile * QUERIES + warp;
  int end = 0;
  if (row < ask.n) {
    const int place = b % ask.images * ask.n + row;
    end = checkedIndex(ask.visibleEnd[place], 1, ask.m + 1, FAULT_VISIBLE_END, place, ask.fault);
    end = min(end, to);
    stageQuery(ask, staged, b, row, warp, lane);
  }
  if (lane == 0) {
    ends[warp] = end;
  }
  __syncthreads();
  int last = 0;
#pragma unroll
  for (int w = 0; w < QUERIES; w++) {
    last = max(last, ends[w]);
  }
  Running running{-infinity(), 0.0f};
  for (int chunk = from; chunk < last; chunk += CHUNK) {
    const int seen = min(end - chunk, CHUNK);
    float kept = 1.0f;
    stageChunk(ask, ask.keys, staged, b, chunk, last);
    __syncthreads();
    if (seen > 0) {
      kept = weighChunk(ask, staged, seen, warp, lane, running);
    }
    __syncthreads();
    stageChunk(ask, ask.values, staged, b, chunk, last);
    __syncthreads();
    if (seen > 0) {
      addChunk(ask, staged, seen, kept, warp, lane);
    }
    __syncthreads();
  }
  return running;
}

}  // namespace

KERNEL(attentionRows, 256,
       (const element* q, const element* keys, const element* values, const int* visibleEnd,
        element* y, int n, int m, long long batchStride, int headDim, int images, float factor,
        const float* table, const int* tableRowOfRow, int rowImages, int tableRows, int* fault)) {
  DYNAMIC_SHARED(float, memory);
  __shared__ int ends[QUERIES];
  const Question ask{q,      keys,   values, visibleEnd,    n,         m,         batchStride, headDim,
                     images, factor, table,  tableRowOfRow, rowImages, tableRows, fault};
  const Staged staged(memory, headDim);
  int row;
  const Running running = attendKeys(ask, staged, ends, blockIdx.x, 0, m, row);
  if (row < n) {
    const float inverse = 1.0f / running.weight;
    const float* sums = staged.sums + threadIdx.x / WARP * headDim;
    y += (((long long)blockIdx.z * n + row) * gridDim.y + blockIdx.y) * headDim;
    for (int c = threadIdx.x % WARP; c < headDim; c += WARP) {
      y[c] = toElement(sums[c] * inverse);
    }
  }
}

// The keys in `parts` blocks of splitKeys. scratch [B, n, H, parts, 2 + headDim]: the largest score,
// the sum of weights and the sums of weighted values.
KERNEL(attentionSplit, 256,
       (const element* q, const element* keys, const element* values, const int* visibleEnd,
        float* scratch, int n, int m, long long batchStride, int headDim, int images, float factor,
        const float* table, const int* tableRowOfRow, int rowImages, int tableRows, int* fault,
        int splitKeys, int parts)) {
  DYNAMIC_SHARED(float, memory);
  __shared__ int ends[QUERIES];
  const Question ask{q,      keys,   values, visibleEnd,    n,         m,         batchStride, headDim,
                     images, factor, table,  tableRowOfRow, rowImages, tableRows, fault};
  const Staged staged(memory, headDim);
  const int part = blockIdx.x % parts;
  const int from = part * splitKeys;
  int row;
  const Running running =
      attendKeys(ask, staged, ends, blockIdx.x / parts, from, min(from + splitKeys, m), row);
  if (row < n) {
    const int lane = threadIdx.x % WARP;
    const float* sums = staged.sums + threadIdx.x / WARP * headDim;
    scratch += ((((long long)blockIdx.z * n + row) * gridDim.y + blockIdx.y) * parts + part) *
               (headDim + 2);
    if (lane == 0) {
      scratch[0] = running.largest;
      scratch[1] = running.weight;
    }
    for (int c = lane; c < headDim; c += WARP) {
      scratch[2 + c] = sums[c];
    }
  }
}

// Joins the parts of each row and head, in order. A part that saw no key has weight 0.
KERNEL(attentionCombine, 64, (const float* scratch, element* y, int headDim, int parts)) {
  const long long row = (long long)blockIdx.x * gridDim.y + blockIdx.y;
  const int stride = headDim + 2;
  scratch += row * parts * stride;
  float largest = -infinity();
  for (int part = 0; part < parts; part++) {
    largest = fmaxf(largest, scratch[part * stride]);
  }
  for (int c = threadIdx.x; c < headDim; c += blockDim.x) {
    float weight = 0.0f;
    float sum = 0.0f;
    for (int part = 0; part < parts; part++) {
      const float* mine = scratch + part * stride;
      const float kept = expf(mine[0] - largest);
      weight = fmaf(mine[1], kept, weight);
      sum = fmaf(mine[2 + c], kept, sum);
    }
    y[row * headDim + c] = toElement(sum / weight);
  }
}
