// Ops that look at whole rows: a block for each, each thread with every blockDim.x-th vector. A
// thread keeps its first HELD vectors in registers; longer rows are read again.

namespace {

constexpr int HELD = 16 / VECTOR;

DEVICE int placeOf(int held) { return (held * (int)blockDim.x + (int)threadIdx.x) * VECTOR; }

// A row as its block holds it, and its largest entry.
struct Row {
  const element* x;
  int width;
  bool wide;
  float held[HELD][VECTOR];
};

DEVICE float maxOf(const float (&values)[VECTOR], int at, int width) {
  float largest = -infinity();
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    largest = at + e < width ? fmaxf(largest, values[e]) : largest;
  }
  return largest;
}

// Reads a row and gives its largest entry, to every thread.
DEVICE float readRow(Row& row, float* partial) {
  float largest = -infinity();
#pragma unroll
  for (int h = 0; h < HELD; h++) {
    load(row.x, placeOf(h), row.width, row.wide, row.held[h]);
  }
#pragma unroll
  for (int h = 0; h < HELD; h++) {
    largest = fmaxf(largest, maxOf(row.held[h], placeOf(h), row.width));
  }
  for (int at = placeOf(HELD); at < row.width; at += blockDim.x * VECTOR) {
    float values[VECTOR];
    load(row.x, at, row.width, row.wide, values);
    largest = fmaxf(largest, maxOf(values, at, row.width));
  }
  return blockMax(largest, partial);
}

// Entries become e^(x - largest), 0 beyond the row; gives their sum.
DEVICE float exponentials(float (&values)[VECTOR], int at, int width, float largest) {
  float sum = 0.0f;
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    values[e] = at + e < width ? expf(values[e] - largest) : 0.0f;
    sum += values[e];
  }
  return sum;
}

// Turns what the row holds into exponentials and gives the sum over the whole row.
DEVICE float sumOfExponentials(Row& row, float largest, float* partial) {
  float sum = 0.0f;
#pragma unroll
  for (int h = 0; h < HELD; h++) {
    sum += exponentials(row.held[h], placeOf(h), row.width, largest);
  }
  for (int at = placeOf(HELD); at < row.width; at += blockDim.x * VECTOR) {
    float values[VECTOR];
    load(row.x, at, row.width, row.wide, values);
    sum += exponentials(values, at, row.width, largest);
  }
  return blockSum(sum, partial);
}

DEVICE void storeScaled(element* y, int at, int width, bool wide, float factor,
                        float (&values)[VECTOR]) {
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    values[e] *= factor;
  }
  store(y, at, width, wide, values);
}

DEVICE void storeSlopes(element* dx, int at, int width, bool wide, float inverse, float slope,
                        int target, float (&values)[VECTOR]) {
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    values[e] = slope * (values[e] * inverse - (at + e == target ? 1.0f : 0.0f));
  }
  store(dx, at, width, wide, values);
}

}  // namespace

KERNEL(softmax, 1024, (const element* x, element* y, int width)) {
  __shared__ float partial[WARP];
  x += (long long)blockIdx.x * width;
  y += (long long)blockIdx.x * width;
  Row row{x, width, width % VECTOR == 0 && isAligned(x) && isAligned(y)};
  const float largest = readRow(row, partial);
  const float inverse = 1.0f / sumOfExponentials(row, largest, partial);
#pragma unroll
  for (int h = 0; h < HELD; h++) {
    storeScaled(y, placeOf(h), width, row.wide, inverse, row.held[h]);
  }
  for (int at = placeOf(HELD); at < width; at += blockDim.x * VECTOR) {
    float values[VECTOR];
    load(x, at, width, row.wide, values);
    exponentials(values, at, width, largest);
    storeScaled(y, at, width, row.wide, inverse, values);
  }
}

// y[row] = max + ln(sum of e^(x - max)) - x[target]
KERNEL(crossEntropy, 1024,
       (const element* x, const int* targets, float* y, int width, int* fault)) {
  __shared__ float partial[WARP];
  x += (long long)blockIdx.x * width;
  Row row{x, width, width % VECTOR == 0 && isAligned(x)};
  const float largest = readRow(row, partial);
  const float sum = sumOfExponentials(row, largest, partial);
  if (threadIdx.x == 0) {
    const int place = blockIdx.x;
    const int target = checkedIndex(targets[place], 0, width, FAULT_TARGET, place, fault);
    y[place] = largest + logf(sum) - toFloat(x[target]);
  }
}

// dx = dy (softmax(row) - onehot(target))
KERNEL(crossEntropyBackward, 1024,
       (const element* x, const int* targets, const float* dy, element* dx, int width,
        int* fault)) {
  __shared__ float partial[WARP];
  const int place = blockIdx.x;
  x += (long long)place * width;
  dx += (long long)place * width;
  Row row{x, width, width % VECTOR == 0 && isAligned(x) && isAligned(dx)};
  const float largest = readRow(row, partial);
  const float inverse = 1.0f / sumOfExponentials(row, largest, partial);
  const int target = checkedIndex(targets[place], 0, width, FAULT_TARGET, place, fault);
  const float slope = dy[place];
#pragma unroll
  for (int h = 0; h < HELD; h++) {
    storeSlopes(dx, placeOf(h), width, row.wide, inverse, slope, target, row.held[h]);
  }
  for (int at = placeOf(HELD); at < width; at += blockDim.x * VECTOR) {
    float values[VECTOR];
    load(x, at, width, row.wide, values);
    exponentials(values, at, width, largest);
    storeSlopes(dx, at, width, row.wide, inverse, slope, target, values);
  }
}

KERNEL(sumRows, 1024, (const element* x, float* y, int width)) {
  __shared__ float partial[WARP];
  x += (long long)blockIdx.x * width;
  const bool wide = width % VECTOR == 0 && isAligned(x);
  float sum = 0.0f;
  for (int at = placeOf(0); at < width; at += blockDim.x * VECTOR) {
    float values[VECTOR];
    load(x, at, width, wide, values);
    sum += sumOf(values);
  }
  sum = blockSum(sum, partial);
  if (threadIdx.x == 0) {
    y[blockIdx.x] = sum;
  }
}

// Each block's share of the sum over all; how it is shared out depends on the size alone.
KERNEL(meanParts, 256, (const element* x, float* parts, long long size)) {
  __shared__ float partial[WARP];
  const bool wide = size % VECTOR == 0 && isAligned(x);
  const long long step = (long long)gridDim.x * blockDim.x * VECTOR;
  float sum = 0.0f;
  for (long long at = ((long long)blockIdx.x * blockDim.x + threadIdx.x) * VECTOR; at < size;
       at += step) {
    float values[VECTOR];
    load(x, at, size, wide, values);
    sum += sumOf(values);
  }
  sum = blockSum(sum, partial);
  if (threadIdx.x == 0) {
    parts[blockIdx.x] = sum;
  }
}

KERNEL(meanWhole, 256, (const float* parts, float* y, int count, long long size)) {
  __shared__ float partial[WARP];
  float sum = 0.0f;
  for (int at = threadIdx.x; at < count; at += blockDim.x) {
    sum += parts[at];
  }
  sum = blockSum(sum, partial);
  if (threadIdx.x == 0) {
    y[0] = sum / (float)size;
  }
}
