// Rotary positions (VARIANTS.md 1.4): neighbour pairs of each head, in float32, with the (cos, sin)
// pairs of the row's line in the table.

namespace {

// Which line of the table a row of [B, n] turns by.
DEVICE int tableRowOf(const int* rows, int row, int n, int images, int tableRows, int* fault) {
  const int place = row / n % images * n + row % n;
  return checkedIndex(rows[place], 0, tableRows, FAULT_ROPE_ROW, place, fault);
}

// Turns the vector at `at` of a row of heads by `line`, [headDim / 2, 2].
DEVICE void rotateVector(float (&values)[VECTOR], const float* line, int at, int headDim,
                         bool wide) {
  if (wide) {
    float turns[VECTOR];
    loadFloats(line, at % headDim, headDim, true, turns);
#pragma unroll
    for (int e = 0; e < VECTOR; e += 2) {
      rotate(values[e], values[e + 1], turns[e], turns[e + 1]);
    }
    return;
  }
#pragma unroll
  for (int e = 0; e < VECTOR; e += 2) {
    const int within = (at + e) % headDim;
    rotate(values[e], values[e + 1], line[within], line[within + 1]);
  }
}

}  // namespace

KERNEL(rope, 256,
       (const element* x, element* y, const float* table, const int* tableRowOfRow, int rows,
        int n, int width, int headDim, int images, int tableRows, int rowShift, int* fault)) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const bool wide = width % VECTOR == 0 && isAligned(x) && isAligned(y);
  const bool wideTable = headDim % VECTOR == 0 && isAligned(table);
  const float* line =
      table + (long long)tableRowOf(tableRowOfRow, row, n, images, tableRows, fault) * headDim;
  x += (long long)row * width;
  y += (long long)row * width;
  const int step = stepInRow<int>(rowShift);
  for (int at = firstPlaceOfRow<int>(rowShift); at < width; at += step) {
    float values[VECTOR];
    load(x, at, width, wide, values);
    rotateVector(values, line, at, headDim, wideTable);
    store(y, at, width, wide, values);
  }
}

// Row i of batch row b goes to row from + i of the cache's batch row b: k turned, v as it is. A
// null table leaves k as it is too.
KERNEL(appendRotated, 256,
       (const element* k, const element* v, element* keys, element* values, const float* table,
        const int* tableRowOfRow, int rows, int n, int from, long long batchStride, int width,
        int headDim, int images, int tableRows, int rowShift, int* fault)) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const bool wide = width % VECTOR == 0 && batchStride % VECTOR == 0 && isAligned(k) &&
                    isAligned(v) && isAligned(keys) && isAligned(values);
  const bool wideTable = headDim % VECTOR == 0 && isAligned(table);
  const float* line = nullptr;
  if (table != nullptr) {
    line = table + (long long)tableRowOf(tableRowOfRow, row, n, images, tableRows, fault) * headDim;
  }
  const long long target = row / n * batchStride + (long long)(from + row % n) * width;
  k += (long long)row * width;
  v += (long long)row * width;
  keys += target;
  values += target;
  const int step = stepInRow<int>(rowShift);
  for (int at = firstPlaceOfRow<int>(rowShift); at < width; at += step) {
    float key[VECTOR];
    float value[VECTOR];
    load(k, at, width, wide, key);
    load(v, at, width, wide, value);
    if (line != nullptr) {
      rotateVector(key, line, at, headDim, wideTable);
    }
    store(keys, at, width, wide, key);
    store(values, at, width, wide, value);
  }
}
