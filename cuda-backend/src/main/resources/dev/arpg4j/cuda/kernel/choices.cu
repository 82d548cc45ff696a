// Which of two ids a place gets, by a number at it.

// y = key > limit ? above : otherwise
KERNEL(select, 256,
       (const element* key, const float* limit, const int* above, const int* otherwise, int* y,
        int size)) {
  const int at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at < size) {
    y[at] = toFloat(key[at]) > limit[0] ? above[at] : otherwise[at];
  }
}

namespace {

constexpr int REMASK_THREADS = 1024;

DEVICE bool isNumber(float value) { return value == value; }

// The confidence of a place, that of a known one and of none being infinite.
DEVICE float confidenceAt(int at, const int* ids, const element* confidence, int width,
                          int maskId) {
  return at < width && ids[at] == maskId ? toFloat(confidence[at]) : infinity();
}

}  // namespace

// One block a row. The cut is the r-th of the sorted confidences, so it is above a place's exactly
// if no more than r places have that confidence or less: a count, which needs no sorting.
KERNEL(remask, 1024,
       (const int* ids, const int* sampled, const element* confidence, const int* remasked, int* y,
        int width, int maskId)) {
  __shared__ float partial[WARP];
  __shared__ float staged[REMASK_THREADS];
  const long long row = (long long)blockIdx.x * width;
  ids += row;
  sampled += row;
  confidence += row;
  y += row;
  float masked = 0.0f;
  float numbers = 0.0f;
  for (int at = threadIdx.x; at < width; at += blockDim.x) {
    const bool open = ids[at] == maskId;
    masked += open ? 1.0f : 0.0f;
    numbers += open && isNumber(toFloat(confidence[at])) ? 1.0f : 0.0f;
  }
  masked = blockSum(masked, partial);  // exact below 2^24
  numbers = blockSum(numbers, partial);
  int r = max(1, min((int)masked - 1, remasked[blockIdx.x]));
  r = remasked[blockIdx.x] < 1 ? 0 : r;
  // NaN is sorted behind all numbers, and nothing is below it.
  r = r < (int)masked && r >= (int)numbers ? 0 : r;
  for (int first = 0; first < width; first += blockDim.x) {
    const int at = first + threadIdx.x;
    const float mine = confidenceAt(at, ids, confidence, width, maskId);
    int upToMine = 0;
    for (int tile = 0; tile < width; tile += blockDim.x) {
      staged[threadIdx.x] = confidenceAt(tile + threadIdx.x, ids, confidence, width, maskId);
      __syncthreads();
      for (int other = 0; other < (int)blockDim.x; other++) {
        upToMine += staged[other] <= mine ? 1 : 0;
      }
      __syncthreads();
    }
    if (at < width) {
      const bool stays = mine < infinity() && upToMine <= r;
      y[at] = ids[at] != maskId ? ids[at] : stays ? maskId : sampled[at];
    }
  }
}
