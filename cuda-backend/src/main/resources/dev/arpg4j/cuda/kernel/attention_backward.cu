// The gradients of prefix attention for any head width. Both kernels have one vector a warp, all of
// one head of one batch row, and pass over 32 others at a time, which the block stages in shared
// memory. Nothing is added up by several warps, so no order of theirs can change a bit.
//
// With s = factor q k, weights p = softmax(s) of what a row sees, slopes g = dy v and their mean
// G = sum of p g: dq = factor sum of p (g - G) k over keys; dk = factor sum of p (g - G) q and
// dv = sum of p dy over rows.

namespace {

constexpr int MOST_WARPS = 8;

// A block's shared memory; the launcher takes as many warps as fit.
struct Staged {
  float* first;    // [warps][d], each warp's two vectors
  float* second;   // [warps][d]
  float* sums;     // [warps][d], what is made of them
  float* others;   // [warps][d]
  float* weights;  // [warps][CHUNK]
  float* slopes;   // [warps][CHUNK]
  float* rows;     // [CHUNK][d | 1]

  DEVICE Staged(float* memory, int d, int warp) {
    const int warps = blockDim.x / WARP;
    first = memory + warp * d;
    second = first + warps * d;
    sums = second + warps * d;
    others = sums + warps * d;
    weights = memory + 4 * warps * d + warp * CHUNK;
    slopes = weights + warps * CHUNK;
    rows = memory + warps * (4 * d + 2 * CHUNK);
  }

  // Puts the warp's vectors there; its sums begin at zero.
  DEVICE void begin(const element* one, const element* two, int d, int lane) const {
    for (int c = lane; c < d; c += WARP) {
      first[c] = toFloat(one[c]);
      second[c] = toFloat(two[c]);
      sums[c] = 0.0f;
      others[c] = 0.0f;
    }
  }
};

// Where the head's rows of a batch row are.
struct Head {
  long long stride;
  int b;

  DEVICE explicit Head(int d) : stride((long long)gridDim.y * d), b(blockIdx.z) {}

  // Of a tensor with `count` rows.
  DEVICE long long at(int row, int count, int d) const {
    return ((long long)b * count + row) * stride + (long long)blockIdx.y * d;
  }
};

// What the second kernel asks of the first for each row and head.
struct Statistics {
  float largest;
  float inverse;
  float slope;
};

}  // namespace

// One pass over the keys, with a running softmax: the sums of p (g - R) k and of p k are scaled down
// together. R is the slope of the first key, so that slopes that lie close to each other lose what
// they have in common before it rounds anything, and dq = factor (sum of p (g - R) k - (G - R) sum
// of p k) is as exact as their differences are. statistics [B, n, H, 3]: the largest score, one over the sum of weights, G.
KERNEL(attentionOfQueries, 256,
       (const element* q, const element* keys, const element* values, const int* visibleEnd,
        const element* dy, element* dq, float* statistics, int n, int m, int headDim, int images,
        float factor, int* fault)) {
  DYNAMIC_SHARED(float, memory);
  __shared__ int ends[MOST_WARPS];
  const int warp = threadIdx.x / WARP;
  const int lane = threadIdx.x % WARP;
  const int warps = blockDim.x / WARP;
  const int d = headDim;
  const Staged staged(memory, d, warp);
  const Head head(d);
  const int row = blockIdx.x * warps + warp;
  int end = 0;
  if (row < n) {
    const int place = head.b % images * n + row;
    end = checkedIndex(visibleEnd[place], 1, m + 1, FAULT_VISIBLE_END, place, fault);
    staged.begin(q + head.at(row, n, d), dy + head.at(row, n, d), d, lane);
  }
  if (lane == 0) {
    ends[warp] = end;
  }
  __syncthreads();
  int last = 0;
  for (int w = 0; w < warps; w++) {
    last = max(last, ends[w]);
  }
  float largest = -infinity();
  float weights = 0.0f;
  float slopes = 0.0f;
  float reference = 0.0f;
  for (int chunk = 0; chunk < last; chunk += CHUNK) {
    const int seen = min(end - chunk, CHUNK);
    stageRows(values + head.at(chunk, m, d), head.stride, last - chunk, d, staged.rows);
    __syncthreads();
    const float slope = seen > 0 ? dotWithRow(staged.second, staged.rows, d, lane) : 0.0f;
    __syncthreads();
    stageRows(keys + head.at(chunk, m, d), head.stride, last - chunk, d, staged.rows);
    __syncthreads();
    if (seen > 0) {
      if (chunk == 0) {
        reference = __shfl_sync(ALL_LANES, slope, 0);
      }
      const float dot = dotWithRow(staged.first, staged.rows, d, lane);
      const float score = lane < seen ? factor * dot : -infinity();
      const float before = largest;
      largest = fmaxf(before, warpMax(score));
      const float kept = expf(before - largest);
      const float weight = lane < seen ? expf(score - largest) : 0.0f;
      const float sloped = lane < seen ? weight * (slope - reference) : 0.0f;
      weights = fmaf(weights, kept, warpSum(weight));
      slopes = fmaf(slopes, kept, warpSum(sloped));
      staged.weights[lane] = weight;
      staged.slopes[lane] = sloped;
      __syncwarp();
      addRows(staged.sums, kept, staged.weights, staged.rows, seen, d, lane);
      addRows(staged.others, kept, staged.slopes, staged.rows, seen, d, lane);
    }
    __syncthreads();
  }
  if (row < n) {
    const float inverse = 1.0f / weights;
    const float beyond = slopes * inverse;
    dq += head.at(row, n, d);
    for (int c = lane; c < d; c += WARP) {
      dq[c] = toElement(factor * inverse * (staged.others[c] - beyond * staged.sums[c]));
    }
    if (lane == 0) {
      statistics += (((long long)head.b * n + row) * gridDim.y + blockIdx.y) * 3;
      statistics[0] = largest;
      statistics[1] = inverse;
      statistics[2] = reference + beyond;
    }
  }
}

// One pass over the rows for 1 .. 8 keys a block. Rows that see none of them are passed over.
KERNEL(attentionOfMemory, 256,
       (const element* q, const element* keys, const element* values, const int* visibleEnd,
        const element* dy, const float* statistics, element* dk, element* dv, int n, int m,
        int headDim, int images, float factor)) {
  DYNAMIC_SHARED(float, memory);
  const int warp = threadIdx.x / WARP;
  const int lane = threadIdx.x % WARP;
  const int d = headDim;
  const Staged staged(memory, d, warp);
  const Head head(d);
  const int nearest = blockIdx.x * (blockDim.x / WARP);
  const int key = nearest + warp;
  if (key < m) {
    staged.begin(keys + head.at(key, m, d), values + head.at(key, m, d), d, lane);
  }
  for (int chunk = 0; chunk < n; chunk += CHUNK) {
    const int row = chunk + lane;
    const int held = min(n - chunk, CHUNK);
    const int end = row < n ? min(visibleEnd[head.b % images * n + row], m) : 0;
    if (__ballot_sync(ALL_LANES, end > nearest) == 0) {
      continue;  // for all warps alike
    }
    const bool sees = key < end;
    Statistics its{0.0f, 0.0f, 0.0f};
    if (sees) {
      const float* three =
          statistics + (((long long)head.b * n + row) * gridDim.y + blockIdx.y) * 3;
      its = {three[0], three[1], three[2]};
    }
    stageRows(q + head.at(chunk, n, d), head.stride, held, d, staged.rows);
    __syncthreads();
    float weight = 0.0f;
    if (key < m) {
      const float score = factor * dotWithRow(staged.first, staged.rows, d, lane);
      weight = sees ? expf(score - its.largest) * its.inverse : 0.0f;
      staged.weights[lane] = weight;
    }
    __syncthreads();
    stageRows(dy + head.at(chunk, n, d), head.stride, held, d, staged.rows);
    __syncthreads();
    if (key < m) {
      const float slope = dotWithRow(staged.second, staged.rows, d, lane);
      staged.slopes[lane] = sees ? weight * (slope - its.slope) : 0.0f;
      addRows(staged.others, 1.0f, staged.weights, staged.rows, held, d, lane);
    }
    __syncthreads();
    stageRows(q + head.at(chunk, n, d), head.stride, held, d, staged.rows);
    __syncthreads();
    if (key < m) {
      addRows(staged.sums, 1.0f, staged.slopes, staged.rows, held, d, lane);
    }
    __syncthreads();
  }
  if (key < m) {
    dk += head.at(key, m, d);
    dv += head.at(key, m, d);
    for (int c = lane; c < d; c += WARP) {
      dk[c] = toElement(factor * staged.sums[c]);
      dv[c] = toElement(staged.others[c]);
    }
  }
}
