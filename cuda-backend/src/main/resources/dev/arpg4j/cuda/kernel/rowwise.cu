// Rows by what is beside them: a bias that all rows share, a row for each `share` neighbouring ones,
// or a factor each.
// RowGrid says which threads have which row. An entry's arithmetic does not depend on its vector, so
// y may be an operand of its size.

namespace {

struct Elements {
  DEVICE void operator()(const element* row, int at, int width, bool wide,
                         float (&values)[VECTOR]) const {
    load(row, at, width, wide, values);
  }
};

struct Floats {
  DEVICE void operator()(const float* row, int at, int width, bool wide,
                         float (&values)[VECTOR]) const {
    loadFloats(row, at, width, wide, values);
  }
};

// y[row, :] = x[row, :] + bias; `read` loads what x has.
template <class Entry, class Read>
DEVICE void addToRows(const Entry* x, const float* bias, element* y, int rows, int width,
                      int rowShift, Read read) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(bias) && isAligned(y);
  x += (long long)row * width;
  y += (long long)row * width;
  for (int at = firstPlaceOfRow<int>(rowShift); at < width; at += stepInRow<int>(rowShift)) {
    float values[VECTOR];
    float added[VECTOR];
    read(x, at, width, wide, values);
    loadFloats(bias, at, width, wide, added);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] += added[e];
    }
    store(y, at, width, wide, values);
  }
}

// A row for each `share` neighbouring rows.
struct Rows {
  const element* first;
  int share;

  DEVICE const element* of(int row, int width) const {
    return first + (long long)(row / share) * width;
  }
};

// y[row, :] = join(x[row, :], b's, c's)
template <class Join>
DEVICE void joinRows(const element* x, Rows b, Rows c, element* y, int rows, int width,
                     int rowShift, Join join) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(b.first) &&
                    isAligned(c.first) && isAligned(y);
  x += (long long)row * width;
  y += (long long)row * width;
  const element* rowB = b.of(row, width);
  const element* rowC = c.of(row, width);
  for (int at = firstPlaceOfRow<int>(rowShift); at < width; at += stepInRow<int>(rowShift)) {
    float values[VECTOR];
    float second[VECTOR];
    float third[VECTOR];
    load(x, at, width, wide, values);
    load(rowB, at, width, wide, second);
    load(rowC, at, width, wide, third);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] = join(values[e], second[e], third[e]);
    }
    store(y, at, width, wide, values);
  }
}

// Contracted by name, so that every compiler gives the same bits.
struct Modulated {
  DEVICE float operator()(float x, float scale, float shift) const {
    return fmaf(x, 1.0f + scale, shift);
  }
};

struct Gated {
  DEVICE float operator()(float x, float branch, float gate) const {
    return fmaf(gate, branch, x);
  }
};

}  // namespace

KERNEL(addBias, 256,
       (const element* x, const float* bias, element* y, int rows, int width, int rowShift)) {
  addToRows(x, bias, y, rows, width, rowShift, Elements{});
}

// As addBias, from sums that were not rounded yet.
KERNEL(addBiasToSums, 256,
       (const float* sums, const float* bias, element* y, int rows, int width, int rowShift)) {
  addToRows(sums, bias, y, rows, width, rowShift, Floats{});
}

// y = x (1 + scale) + shift
KERNEL(modulate, 256,
       (const element* x, const element* scale, const element* shift, element* y, int rows,
        int width, int share, int rowShift)) {
  joinRows(x, Rows{scale, share}, Rows{shift, share}, y, rows, width, rowShift, Modulated{});
}

// y = x + gate * branch
KERNEL(addGated, 256,
       (const element* x, const element* branch, const element* gate, element* y, int rows,
        int width, int share, int rowShift)) {
  joinRows(x, Rows{branch, 1}, Rows{gate, share}, y, rows, width, rowShift, Gated{});
}

// y[row, :] = factor[row] * x[row, :]
KERNEL(mulRows, 256,
       (const element* x, const float* factor, element* y, int rows, int width, int rowShift)) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(y);
  const float mine = factor[row];
  x += (long long)row * width;
  y += (long long)row * width;
  for (int at = firstPlaceOfRow<int>(rowShift); at < width; at += stepInRow<int>(rowShift)) {
    float values[VECTOR];
    load(x, at, width, wide, values);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] *= mine;
    }
    store(y, at, width, wide, values);
  }
}
