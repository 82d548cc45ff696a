// Ops that move entries; bits are carried over as they are.

namespace {

DEVICE void moveVector(const element* __restrict__ from, element* __restrict__ to, long long at,
                       long long width, bool wide) {
  if (wide) {
    *reinterpret_cast<uint4*>(to + at) = *reinterpret_cast<const uint4*>(from + at);
    return;
  }
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    if (at + e < width) {
      to[at + e] = from[at + e];
    }
  }
}

DEVICE void moveRow(const element* __restrict__ from, element* __restrict__ to, long long width,
                    bool wide, int rowShift) {
  const long long step = stepInRow<long long>(rowShift);
#pragma unroll 4
  for (long long at = firstPlaceOfRow<long long>(rowShift); at < width; at += step) {
    moveVector(from, to, at, width, wide);
  }
}

}  // namespace

// y[i, :] = table[ids[i], :]
KERNEL(embed, 256,
       (const element* table, const int* ids, element* y, int count, int tableRows, int width,
        int rowShift, int* fault)) {
  const int row = rowOfThread(rowShift);
  if (row < count) {
    const int id = checkedIndex(ids[row], 0, tableRows, FAULT_EMBED_ID, row, fault);
    const bool wide = width % VECTOR == 0 && isAligned(table) && isAligned(y);
    moveRow(table + (long long)id * width, y + (long long)row * width, width, wide, rowShift);
  }
}

// y[b, i, :] = x[b, index[b mod images, i], :]
KERNEL(gather, 256,
       (const element* x, const int* index, element* y, int rows, int m, int n, int inner,
        int images, int rowShift, int* fault)) {
  const int row = rowOfThread(rowShift);
  if (row < rows) {
    const int b = row / n;
    const int place = b % images * n + row % n;
    const int from = checkedIndex(index[place], 0, m, FAULT_GATHER_INDEX, place, fault);
    const bool wide = inner % VECTOR == 0 && isAligned(x) && isAligned(y);
    moveRow(x + ((long long)b * m + from) * inner, y + (long long)row * inner, inner, wide,
            rowShift);
  }
}

// y[o * yStride + r] = x[o * xStride + r]
KERNEL(copyAxis, 256,
       (const element* x, long long xStride, element* y, long long yStride, int outer,
        long long run, int rowShift)) {
  const int row = rowOfThread(rowShift);
  if (row < outer) {
    const bool wide = run % VECTOR == 0 && xStride % VECTOR == 0 && yStride % VECTOR == 0 &&
                      isAligned(x) && isAligned(y);
    moveRow(x + row * xStride, y + row * yStride, run, wide, rowShift);
  }
}

// y[o, c, r] = x[o, r, c]
KERNEL(transposeEach, 256,
       (const element* x, element* y, int rows, int columns, long long size)) {
  const long long step = (long long)gridDim.x * blockDim.x;
  for (long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x; at < size; at += step) {
    const long long from = at / rows % columns + at % rows * columns;
    y[at] = x[at / rows / columns * rows * columns + from];
  }
}
