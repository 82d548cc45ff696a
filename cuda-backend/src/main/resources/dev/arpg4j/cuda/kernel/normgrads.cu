// Gradients of the norms of rows: a block for each row, each thread with every blockDim.x-th vector
// of it. A row is read again for what needs a sum over all of it.

KERNEL(rmsNormBackward, 1024,
       (const element* x, const float* scale, const element* dy, element* dx, float* inverses,
        int width, float epsilon)) {
  __shared__ float partial[WARP];
  const long long row = (long long)blockIdx.x * width;
  x += row;
  dy += row;
  dx += row;
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(scale) && isAligned(dy) &&
                    isAligned(dx);
  const int step = blockDim.x * VECTOR;
  float values[VECTOR];
  float slopes[VECTOR];
  float factors[VECTOR];
  float squares = 0.0f;
  float along = 0.0f;
  for (int at = threadIdx.x * VECTOR; at < width; at += step) {
    load(x, at, width, wide, values);
    load(dy, at, width, wide, slopes);
    loadFloats(scale, at, width, wide, factors);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      squares = fmaf(values[e], values[e], squares);
      along = fmaf(slopes[e] * factors[e], values[e], along);
    }
  }
  squares = blockSum(squares, partial);
  along = blockSum(along, partial);
  const float inverse = 1.0f / sqrtf(squares / (float)width + epsilon);
  const float mean = inverse * (along / (float)width);
  for (int at = threadIdx.x * VECTOR; at < width; at += step) {
    load(x, at, width, wide, values);
    load(dy, at, width, wide, slopes);
    loadFloats(scale, at, width, wide, factors);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] = inverse * (slopes[e] * factors[e] - values[e] * inverse * mean);
    }
    store(dx, at, width, wide, values);
  }
  if (threadIdx.x == 0) {
    inverses[blockIdx.x] = inverse;
  }
}

// The variance is that of what is left when the mean is gone, so that nothing cancels.
KERNEL(layerNormBackward, 1024,
       (const element* x, const element* dy, element* dx, int width, float epsilon)) {
  __shared__ float partial[WARP];
  const long long row = (long long)blockIdx.x * width;
  x += row;
  dy += row;
  dx += row;
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(dy) && isAligned(dx);
  const int step = blockDim.x * VECTOR;
  float values[VECTOR];
  float slopes[VECTOR];
  float sum = 0.0f;
  float slope = 0.0f;
  for (int at = threadIdx.x * VECTOR; at < width; at += step) {
    load(x, at, width, wide, values);
    load(dy, at, width, wide, slopes);
    sum += sumOf(values);
    slope += sumOf(slopes);
  }
  const float mean = blockSum(sum, partial) / (float)width;
  slope = blockSum(slope, partial) / (float)width;
  float squares = 0.0f;
  float along = 0.0f;
  for (int at = threadIdx.x * VECTOR; at < width; at += step) {
    load(x, at, width, wide, values);
    load(dy, at, width, wide, slopes);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      const float centered = at + e < width ? values[e] - mean : 0.0f;
      squares = fmaf(centered, centered, squares);
      along = fmaf(slopes[e], centered, along);
    }
  }
  squares = blockSum(squares, partial) / (float)width;
  along = blockSum(along, partial) / (float)width;
  const float inverse = 1.0f / sqrtf(squares + epsilon);
  for (int at = threadIdx.x * VECTOR; at < width; at += step) {
    load(x, at, width, wide, values);
    load(dy, at, width, wide, slopes);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      const float normed = (values[e] - mean) * inverse;
      values[e] = inverse * (slopes[e] - slope - normed * (inverse * along));
    }
    store(dx, at, width, wide, values);
  }
}
