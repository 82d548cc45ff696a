// What attention without tensor cores and its gradients share: 32 rows of a head staged in shared
// memory, a row for each lane while products are made, columns of the head for each lane while rows
// are added up.

namespace {

constexpr int CHUNK = 32;

// Copies rows 0 .. CHUNK-1 of width d, which lie `stride` apart; zeros from `held` on. Staged rows
// have an odd stride, so that lanes read different banks.
DEVICE void stageRows(const element* rows, long long stride, int held, int d, float* staged) {
  const int lane = threadIdx.x % WARP;
  for (int j = threadIdx.x / WARP; j < CHUNK; j += blockDim.x / WARP) {
    const element* row = rows + j * stride;
    for (int c = lane; c < d; c += WARP) {
      staged[j * (d | 1) + c] = j < held ? toFloat(row[c]) : 0.0f;
    }
  }
}

// The product of the warp's vector and the lane's row.
DEVICE float dotWithRow(const float* vector, const float* staged, int d, int lane) {
  const float* row = staged + lane * (d | 1);
  float dot = 0.0f;
  for (int c = 0; c < d; c++) {
    dot = fmaf(vector[c], row[c], dot);
  }
  return dot;
}

// Scales the warp's sums and adds the first `seen` rows to them by their weights.
DEVICE void addRows(float* sums, float kept, const float* weights, const float* staged, int seen,
                    int d, int lane) {
  for (int c = lane; c < d; c += WARP) {
    float sum = sums[c] * kept;
    for (int j = 0; j < seen; j++) {
      sum = fmaf(weights[j], staged[j * (d | 1) + c], sum);
    }
    sums[c] = sum;
  }
}

}  // namespace
