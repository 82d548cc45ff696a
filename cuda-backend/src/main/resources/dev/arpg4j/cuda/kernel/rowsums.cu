// Sums over rows: over all of them, or over those that one index names. No atomics: who adds what
// in which order depends on the extents alone.

namespace {

constexpr int WARPS = 8;

// Columns of a block of the kernels that add up all rows.
constexpr int COLUMNS = WARP * VECTOR;

// parts[blockIdx.y, :] = the sum of the part's rows; a warp has every eighth row, a lane a vector of
// columns. `read` loads a row's.
template <class Read>
DEVICE void sumPart(float* parts, int rows, int width, int rowsOfPart, float (*sums)[COLUMNS],
                    Read read) {
  const int warp = threadIdx.x / WARP;
  const int lane = threadIdx.x % WARP;
  const int column = blockIdx.x * COLUMNS;
  const int first = blockIdx.y * rowsOfPart;
  const int last = min(rows, first + rowsOfPart);
  float sum[VECTOR] = {};
  for (int row = first + warp; row < last; row += WARPS) {
    float values[VECTOR];
    read(row, column + lane * VECTOR, values);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      sum[e] += values[e];
    }
  }
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    sums[warp][lane * VECTOR + e] = sum[e];
  }
  __syncthreads();
  const int mine = threadIdx.x;
  if (mine < COLUMNS && column + mine < width) {
    float total = 0.0f;
#pragma unroll
    for (int w = 0; w < WARPS; w++) {
      total += sums[w][mine];
    }
    parts[(long long)blockIdx.y * width + column + mine] = total;
  }
}

struct Entries {
  const element* x;
  int width;
  bool wide;

  DEVICE void operator()(int row, int at, float (&values)[VECTOR]) const {
    load(x + (long long)row * width, at, width, wide, values);
  }
};

// dy x / rms(x): an entry's share of the gradient of a norm's scale.
struct Shares {
  const element* x;
  const element* dy;
  const float* inverse;
  int width;
  bool wide;

  DEVICE void operator()(int row, int at, float (&values)[VECTOR]) const {
    float slopes[VECTOR];
    load(x + (long long)row * width, at, width, wide, values);
    load(dy + (long long)row * width, at, width, wide, slopes);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] = slopes[e] * (values[e] * inverse[row]);
    }
  }
};

}  // namespace

KERNEL(sumColumnsParts, 256,
       (const element* x, float* parts, int rows, int width, int rowsOfPart)) {
  __shared__ float sums[WARPS][COLUMNS];
  const bool wide = width % VECTOR == 0 && isAligned(x);
  sumPart(parts, rows, width, rowsOfPart, sums, Entries{x, width, wide});
}

// inverse [rows]: what rmsNormBackward left.
KERNEL(normScaleParts, 256,
       (const element* x, const element* dy, const float* inverse, float* parts, int rows,
        int width, int rowsOfPart)) {
  __shared__ float sums[WARPS][COLUMNS];
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(dy);
  sumPart(parts, rows, width, rowsOfPart, sums, Shares{x, dy, inverse, width, wide});
}

// y[c] = the sum of parts[:, c], in order
KERNEL(sumColumnsWhole, 256, (const float* parts, float* y, int width, int count)) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  if (column < width) {
    float sum = 0.0f;
    for (int part = 0; part < count; part++) {
      sum += parts[(long long)part * width + column];
    }
    y[column] = sum;
  }
}

// y[b, r, :] = the sum of x[b, i, :] where index[b mod images, i] = r, in the order of i. A block has
// a row of y, or a part of a long one; its threads look for r side by side.
KERNEL(scatterAdd, 256,
       (const element* x, const int* index, element* y, int n, int rows, int inner, int images,
        int* fault)) {
  __shared__ unsigned found[WARPS];
  const int b = blockIdx.x / rows;
  const int r = blockIdx.x % rows;
  const int at = (blockIdx.y * blockDim.x + threadIdx.x) * VECTOR;
  const int indices = b % images * n;
  const bool wide = inner % VECTOR == 0 && isAligned(x) && isAligned(y);
  const bool first = r == 0 && blockIdx.y == 0;
  x += (long long)b * n * inner;
  float sum[VECTOR] = {};
  for (int chunk = 0; chunk < n; chunk += blockDim.x) {
    const int i = chunk + threadIdx.x;
    const int to = i < n ? index[indices + i] : -1;
    if (first && i < n) {
      checkedIndex(to, 0, rows, FAULT_SCATTER_INDEX, indices + i, fault);
    }
    const unsigned hits = __ballot_sync(ALL_LANES, to == r);
    if (threadIdx.x % WARP == 0) {
      found[threadIdx.x / WARP] = hits;
    }
    __syncthreads();
    for (int w = 0; w < (int)blockDim.x / WARP; w++) {
      for (unsigned left = found[w]; left != 0; left &= left - 1) {
        float values[VECTOR];
        const int row = chunk + w * WARP + __ffs(left) - 1;
        load(x + (long long)row * inner, at, inner, wide, values);
#pragma unroll
        for (int e = 0; e < VECTOR; e++) {
          sum[e] += values[e];
        }
      }
    }
    __syncthreads();
  }
  store(y + (long long)blockIdx.x * inner, at, inner, wide, sum);
}
