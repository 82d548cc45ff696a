// Norms of rows: a block for each row, each thread with every blockDim.x-th vector of it. Sums need
// the whole row before the first result, so a thread keeps its first HELD vectors in registers: rows
// of up to HELD * 1024 vectors are read once.

namespace {

constexpr int HELD = 16 / VECTOR;

DEVICE float squaresOf(const float (&values)[VECTOR]) {
  float sum = 0.0f;
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    sum = fmaf(values[e], values[e], sum);
  }
  return sum;
}

// Entries of a row less its mean; 0 beyond its end.
DEVICE void center(float (&values)[VECTOR], float mean, int at, int width) {
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    values[e] = at + e < width ? values[e] - mean : 0.0f;
  }
}

DEVICE float inverseRoot(float squares, int width, float epsilon) {
  return 1.0f / sqrtf(squares / (float)width + epsilon);
}

DEVICE void storeNormed(element* y, const float* scale, int at, int width, bool wide, float inverse,
                        const float (&values)[VECTOR]) {
  float factor[VECTOR];
  float normed[VECTOR];
  loadFloats(scale, at, width, wide, factor);
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    normed[e] = values[e] * inverse * factor[e];
  }
  store(y, at, width, wide, normed);
}

DEVICE int placeOf(int held) { return (held * (int)blockDim.x + (int)threadIdx.x) * VECTOR; }

// A norm by the root of the mean square of what is put.
struct ByRoot {
  float epsilon;
  float inverse;

  DEVICE void measure(float squares, int width) { inverse = inverseRoot(squares, width, epsilon); }
};

// x / sqrt(mean(x^2) + epsilon) * scale
struct RootMeanSquare : ByRoot {
  static constexpr bool CENTERED = false;
  const float* scale;

  DEVICE void put(element* y, int at, int width, bool wide, const float (&values)[VECTOR]) const {
    storeNormed(y, scale, at, width, wide, inverse, values);
  }
};

// x / max(|x|, epsilon)
struct Length {
  static constexpr bool CENTERED = false;
  float epsilon;
  float length;

  DEVICE void measure(float squares, int) {
    const float norm = sqrtf(squares);
    length = norm < epsilon ? epsilon : norm;  // NaN stays NaN
  }

  DEVICE void put(element* y, int at, int width, bool wide, const float (&values)[VECTOR]) const {
    float normed[VECTOR];
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      normed[e] = values[e] / length;
    }
    store(y, at, width, wide, normed);
  }
};

// (x - mean) / sqrt(var + epsilon)
struct Standard : ByRoot {
  static constexpr bool CENTERED = true;

  DEVICE void put(element* y, int at, int width, bool wide, const float (&values)[VECTOR]) const {
    float normed[VECTOR];
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      normed[e] = values[e] * inverse;
    }
    store(y, at, width, wide, normed);
  }
};

// (x - mean) / sqrt(var + epsilon) * scale + bias
struct Affine : ByRoot {
  static constexpr bool CENTERED = true;
  const float* scale;
  const float* bias;

  DEVICE void put(element* y, int at, int width, bool wide, const float (&values)[VECTOR]) const {
    float factor[VECTOR];
    float added[VECTOR];
    float normed[VECTOR];
    loadFloats(scale, at, width, wide, factor);
    loadFloats(bias, at, width, wide, added);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      normed[e] = fmaf(values[e] * inverse, factor[e], added[e]);
    }
    store(y, at, width, wide, normed);
  }
};

// The block's row of x by its norm. Squares are those of what is left when the mean is gone, if the
// norm takes it away, so that nothing cancels.
template <class Norm>
DEVICE void normRow(const element* x, element* y, int width, bool wide, Norm norm,
                    float* partial) {
  const int step = blockDim.x * VECTOR;
  float held[HELD][VECTOR];
#pragma unroll
  for (int h = 0; h < HELD; h++) {
    load(x, placeOf(h), width, wide, held[h]);
  }
  float mean = 0.0f;
  if constexpr (Norm::CENTERED) {
    float sum = 0.0f;
#pragma unroll
    for (int h = 0; h < HELD; h++) {
      sum += sumOf(held[h]);
    }
    for (int at = placeOf(HELD); at < width; at += step) {
      float values[VECTOR];
      load(x, at, width, wide, values);
      sum += sumOf(values);
    }
    mean = blockSum(sum, partial) / (float)width;
#pragma unroll
    for (int h = 0; h < HELD; h++) {
      center(held[h], mean, placeOf(h), width);
    }
  }
  float squares = 0.0f;
#pragma unroll
  for (int h = 0; h < HELD; h++) {
    squares += squaresOf(held[h]);
  }
  for (int at = placeOf(HELD); at < width; at += step) {
    float values[VECTOR];
    load(x, at, width, wide, values);
    if constexpr (Norm::CENTERED) {
      center(values, mean, at, width);
    }
    squares += squaresOf(values);
  }
  norm.measure(blockSum(squares, partial), width);

#pragma unroll
  for (int h = 0; h < HELD; h++) {
    if (placeOf(h) < width) {
      norm.put(y, placeOf(h), width, wide, held[h]);
    }
  }
  for (int at = placeOf(HELD); at < width; at += step) {
    float values[VECTOR];
    load(x, at, width, wide, values);
    if constexpr (Norm::CENTERED) {
      center(values, mean, at, width);
    }
    norm.put(y, at, width, wide, values);
  }
}

}  // namespace

KERNEL(rmsNorm, 1024,
       (const element* x, const float* scale, element* y, int width, float epsilon)) {
  __shared__ float partial[WARP];
  x += (long long)blockIdx.x * width;
  y += (long long)blockIdx.x * width;
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(y) && isAligned(scale);
  normRow(x, y, width, wide, RootMeanSquare{{epsilon, 0.0f}, scale}, partial);
}

KERNEL(l2Normalize, 1024, (const element* x, element* y, int width, float epsilon)) {
  __shared__ float partial[WARP];
  x += (long long)blockIdx.x * width;
  y += (long long)blockIdx.x * width;
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(y);
  normRow(x, y, width, wide, Length{epsilon, 0.0f}, partial);
}

KERNEL(layerNorm, 1024, (const element* x, element* y, int width, float epsilon)) {
  __shared__ float partial[WARP];
  x += (long long)blockIdx.x * width;
  y += (long long)blockIdx.x * width;
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(y);
  normRow(x, y, width, wide, Standard{{epsilon, 0.0f}}, partial);
}

KERNEL(layerNormAffine, 1024,
       (const element* x, const float* scale, const float* bias, element* y, int width,
        float epsilon)) {
  __shared__ float partial[WARP];
  x += (long long)blockIdx.x * width;
  y += (long long)blockIdx.x * width;
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(y) && isAligned(scale) &&
                    isAligned(bias);
  normRow(x, y, width, wide, Affine{{epsilon, 0.0f}, scale, bias}, partial);
}

// sum = x + delta; y = rmsNorm(sum). The norm is that of the sum as written, like the two ops.
KERNEL(addRmsNorm, 1024,
       (const element* x, const element* delta, const float* scale, element* sum, element* y,
        int width, float epsilon)) {
  __shared__ float partial[WARP];
  const long long row = (long long)blockIdx.x * width;
  x += row;
  delta += row;
  sum += row;
  y += row;
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(delta) && isAligned(sum) &&
                    isAligned(y) && isAligned(scale);
  const int step = blockDim.x * VECTOR;

  float held[HELD][VECTOR];
  float squares = 0.0f;
#pragma unroll
  for (int h = 0; h < HELD; h++) {
    float added[VECTOR];
    load(x, placeOf(h), width, wide, held[h]);
    load(delta, placeOf(h), width, wide, added);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      held[h][e] = rounded(held[h][e] + added[e]);
    }
    store(sum, placeOf(h), width, wide, held[h]);
    squares += squaresOf(held[h]);
  }
  for (int at = placeOf(HELD); at < width; at += step) {
    float values[VECTOR];
    float added[VECTOR];
    load(x, at, width, wide, values);
    load(delta, at, width, wide, added);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] = rounded(values[e] + added[e]);
    }
    store(sum, at, width, wide, values);
    squares += squaresOf(values);
  }
  const float inverse = inverseRoot(blockSum(squares, partial), width, epsilon);

#pragma unroll
  for (int h = 0; h < HELD; h++) {
    if (placeOf(h) < width) {
      storeNormed(y, scale, placeOf(h), width, wide, inverse, held[h]);
    }
  }
  for (int at = placeOf(HELD); at < width; at += step) {
    float values[VECTOR];
    load(sum, at, width, wide, values);  // written above by this very thread
    storeNormed(y, scale, at, width, wide, inverse, values);
  }
}
