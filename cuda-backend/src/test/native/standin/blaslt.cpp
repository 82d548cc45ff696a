// Stand-in libcublasLt.so.13: matrix products on the host, enqueued on the stand-in driver's
// streams. What is column-major, transposed, strided and scaled in cuBLASLt is so here; what is
// asked for beyond that is refused. The real library's habits that matter are kept: an algorithm
// that splits sums is offered first if it is allowed, before all one that rounds the parts to the
// result's type; it needs workspace and leaves garbage there, and addresses that are less aligned than was promised are refused.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "standin.h"

namespace {
enum Status { OK = 0, NO_HANDLE = 1, BAD_VALUE = 7, FAILED = 13, UNSUPPORTED = 15 };
enum Type { F32 = 0, BF16 = 14 };
enum Compute { COMPUTE_32F = 68, PEDANTIC = 69, FAST_TF32 = 77 };
constexpr uint32_t NO_REDUCTION = 0, IN_COMPUTE_TYPE = 2, IN_OUTPUT_TYPE = 4;
constexpr int PARTS = 4;

struct Operation {
  int computeType = COMPUTE_32F, scaleType = F32, pointerMode = 0, transposeA = 0, transposeB = 0;
  int epilogue = 1;
};

struct Layout {
  int type = F32, order = 0, batch = 1;
  uint64_t rows = 0, columns = 0;
  int64_t leading = 0, stride = 0;
};

struct Preference {
  uint64_t workspace = 0;
  uint32_t reductions = 7;
  uint32_t alignment[4] = {256, 256, 256, 256};
};

// How the eight opaque words of cublasLtMatmulAlgo_t are used here.
struct Algorithm {
  int32_t id, parts;
  uint32_t scheme, alignment;
  uint64_t rest[6];
};

struct Result {
  Algorithm algorithm;
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};
static_assert(sizeof(Algorithm) == 64 && sizeof(Result) == 96, "as in cublasLt.h");

// One product of one batch, as plain numbers: what is enqueued must not look at descriptors again.
struct Product {
  Operation operation;
  Layout a, b, c, d;
  const char *aAt, *bAt, *cAt;
  char* dAt;
  float alpha, beta;
  int parts, partsType;
  int64_t m, n, k;
};

size_t bytesOf(int type) { return type == F32 ? 4 : 2; }

float load(const char* at, int64_t index, int type) {
  uint32_t bits;
  if (type == F32) {
    memcpy(&bits, at + 4 * index, 4);
  } else {
    uint16_t half;
    memcpy(&half, at + 2 * index, 2);
    bits = (uint32_t)half << 16;
  }
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

void store(char* at, int64_t index, int type, float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  if (type == F32) {
    memcpy(at + 4 * index, &bits, 4);
    return;
  }
  uint16_t half = value != value ? 0x7fff : (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  memcpy(at + 2 * index, &half, 2);
}

float rounded(float value, int type) {
  char stored[4];
  store(stored, 0, type, value);
  return load(stored, 0, type);
}

// What the tensor cores see of a float32 where TF32 is allowed: 10 bits of mantissa.
float toTf32(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  bits = (bits + 0x1000) & ~0x1fffu;
  memcpy(&value, &bits, 4);
  return value;
}

// One operand with the summed dimension innermost: [rows, k].
std::vector<float> packed(const char* at, const Layout& layout, bool summedIsRow, int64_t rows,
                          int64_t k, bool tf32) {
  std::vector<float> values(rows * k);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t s = 0; s < k; s++) {
      int64_t row = summedIsRow ? s : r, column = summedIsRow ? r : s;
      float value = load(at, row + column * layout.leading, layout.type);
      values[r * k + s] = tf32 ? toTf32(value) : value;
    }
  }
  return values;
}

// Eight chains and a tree: the same for every element, wherever it stands.
float dot(const float* x, const float* y, int64_t from, int64_t to) {
  float chain[8] = {};
  int64_t s = from;
  for (; s + 8 <= to; s += 8) {
    for (int i = 0; i < 8; i++) chain[i] += x[s + i] * y[s + i];
  }
  for (int i = 0; s < to; s++, i++) chain[i] += x[s] * y[s];
  return ((chain[0] + chain[4]) + (chain[2] + chain[6])) +
         ((chain[1] + chain[5]) + (chain[3] + chain[7]));
}

void multiply(const Product& p, int64_t batch) {
  auto at = [&](const char* base, const Layout& layout) {
    return base + batch * layout.stride * (int64_t)bytesOf(layout.type);
  };
  bool tf32 = p.operation.computeType == FAST_TF32;
  auto a = packed(at(p.aAt, p.a), p.a, p.operation.transposeA, p.m, p.k, tf32);
  auto b = packed(at(p.bAt, p.b), p.b, !p.operation.transposeB, p.n, p.k, tf32);
  const char* c = at(p.cAt, p.c);
  char* d = const_cast<char*>(at(p.dAt, p.d));
  for (int64_t j = 0; j < p.n; j++) {
    for (int64_t i = 0; i < p.m; i++) {
      float sum = 0;
      for (int part = 0; part < p.parts; part++) {
        sum += rounded(
            dot(&a[i * p.k], &b[j * p.k], p.k * part / p.parts, p.k * (part + 1) / p.parts),
            p.partsType);
      }
      float value = p.alpha * sum;
      if (p.beta != 0) value += p.beta * load(c, i + j * p.c.leading, p.c.type);
      store(d, i + j * p.d.leading, p.d.type, value);
    }
  }
}

bool there(const char* at, const Layout& layout) {
  int64_t entries = (layout.batch - 1) * layout.stride +
                    ((int64_t)layout.columns - 1) * layout.leading + (int64_t)layout.rows;
  return standin_isDevice((uint64_t)at, entries * bytesOf(layout.type));
}

bool wellFormed(const Layout& layout) {
  return (layout.type == F32 || layout.type == BF16) && layout.order == 0 && layout.rows > 0 &&
         layout.columns > 0 && layout.leading >= (int64_t)layout.rows && layout.batch > 0;
}

// BAD_VALUE where shapes do not fit each other, UNSUPPORTED where the stand-in knows less.
int check(const Operation& o, const Layout& a, const Layout& b, const Layout& c, const Layout& d) {
  if (!wellFormed(a) || !wellFormed(b) || !wellFormed(c) || !wellFormed(d)) return BAD_VALUE;
  uint64_t m = o.transposeA ? a.columns : a.rows, k = o.transposeA ? a.rows : a.columns;
  uint64_t n = o.transposeB ? b.rows : b.columns, kOfB = o.transposeB ? b.columns : b.rows;
  if (k != kOfB || d.rows != m || d.columns != n || c.rows != m || c.columns != n) return BAD_VALUE;
  if (a.batch != d.batch || b.batch != d.batch || c.batch != d.batch) return BAD_VALUE;
  bool knownCompute = o.computeType == COMPUTE_32F || o.computeType == PEDANTIC ||
                      (o.computeType == FAST_TF32 && a.type == F32);
  bool knownTypes = a.type == b.type && c.type == d.type && (a.type == BF16 || d.type == F32);
  bool known = knownCompute && knownTypes && o.scaleType == F32 && o.pointerMode == 0 &&
               o.epilogue == 1;
  return known ? OK : UNSUPPORTED;
}

size_t workspaceOf(const Algorithm& algorithm, const Layout& d) {
  return algorithm.parts > 1 ? algorithm.parts * d.rows * d.columns * d.batch * 4 : 0;
}

Result resultOf(const Algorithm& algorithm, const Layout& d) {
  Result result = {};
  result.algorithm = algorithm;
  result.workspace = workspaceOf(algorithm, d);
  result.waves = 1;
  return result;
}

template <class T>
int set(T& field, const void* from, size_t bytes) {
  if (bytes != sizeof(T)) return BAD_VALUE;
  memcpy(&field, from, bytes);
  return OK;
}

template <class T>
int get(const T& field, void* to, size_t bytes, size_t* written) {
  if (written != nullptr) *written = sizeof(T);
  if (bytes == 0 && written != nullptr) return OK;
  if (bytes != sizeof(T)) return BAD_VALUE;
  memcpy(to, &field, bytes);
  return OK;
}
}  // namespace

API cublasLtCreate(void** handle) {
  *handle = new int(0);
  return OK;
}

API cublasLtDestroy(void* handle) {
  delete static_cast<int*>(handle);
  return OK;
}

EXPORTED size_t cublasLtGetVersion() { return 130000; }
EXPORTED size_t cublasLtGetCudartVersion() { return 13000; }

EXPORTED const char* cublasLtGetStatusName(int status) {
  switch (status) {
    case OK: return "CUBLAS_STATUS_SUCCESS";
    case NO_HANDLE: return "CUBLAS_STATUS_NOT_INITIALIZED";
    case BAD_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
    case FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
    case UNSUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
    default: return "unknown cuBLAS status";
  }
}

EXPORTED const char* cublasLtGetStatusString(int status) { return cublasLtGetStatusName(status); }

API cublasLtMatmulDescCreate(Operation** made, int computeType, int scaleType) {
  *made = new Operation;
  (*made)->computeType = computeType;
  (*made)->scaleType = scaleType;
  return OK;
}

API cublasLtMatmulDescDestroy(Operation* operation) {
  delete operation;
  return OK;
}

API cublasLtMatmulDescSetAttribute(Operation* operation, int which, const void* value,
                                   size_t bytes) {
  switch (which) {
    case 0: return set(operation->computeType, value, bytes);
    case 1: return set(operation->scaleType, value, bytes);
    case 2: return set(operation->pointerMode, value, bytes);
    case 3: return set(operation->transposeA, value, bytes);
    case 4: return set(operation->transposeB, value, bytes);
    case 7: return set(operation->epilogue, value, bytes);
    default: return UNSUPPORTED;
  }
}

API cublasLtMatrixLayoutCreate(Layout** made, int type, uint64_t rows, uint64_t columns,
                               int64_t leading) {
  *made = new Layout;
  (*made)->type = type;
  (*made)->rows = rows;
  (*made)->columns = columns;
  (*made)->leading = leading;
  return OK;
}

API cublasLtMatrixLayoutDestroy(Layout* layout) {
  delete layout;
  return OK;
}

API cublasLtMatrixLayoutSetAttribute(Layout* layout, int which, const void* value, size_t bytes) {
  switch (which) {
    case 0: return set(layout->type, value, bytes);
    case 1: return set(layout->order, value, bytes);
    case 2: return set(layout->rows, value, bytes);
    case 3: return set(layout->columns, value, bytes);
    case 4: return set(layout->leading, value, bytes);
    case 5: return set(layout->batch, value, bytes);
    case 6: return set(layout->stride, value, bytes);
    default: return UNSUPPORTED;
  }
}

API cublasLtMatmulPreferenceCreate(Preference** made) {
  *made = new Preference;
  return OK;
}

API cublasLtMatmulPreferenceDestroy(Preference* preference) {
  delete preference;
  return OK;
}

API cublasLtMatmulPreferenceSetAttribute(Preference* preference, int which, const void* value,
                                         size_t bytes) {
  switch (which) {
    case 1: return set(preference->workspace, value, bytes);
    case 3: return set(preference->reductions, value, bytes);
    case 5:
    case 6:
    case 7:
    case 8: return set(preference->alignment[which - 5], value, bytes);
    default: return UNSUPPORTED;
  }
}

API cublasLtMatmulAlgoGetHeuristic(void* handle, const Operation* operation, const Layout* a,
                                   const Layout* b, const Layout* c, const Layout* d,
                                   const Preference* preference, int most, Result* results,
                                   int* found) {
  *found = 0;
  if (handle == nullptr) return NO_HANDLE;
  if (int status = standin_ordered("cublasLtMatmulAlgoGetHeuristic")) return status;
  if (int status = check(*operation, *a, *b, *c, *d)) return status;
  uint32_t alignment = 256;
  for (uint32_t one : preference->alignment) alignment = one < alignment ? one : alignment;
  std::vector<Algorithm> candidates;
  if (preference->reductions & IN_OUTPUT_TYPE) {
    candidates.push_back({3, PARTS, IN_OUTPUT_TYPE, alignment, {}});
  }
  if (preference->reductions & IN_COMPUTE_TYPE) {
    candidates.push_back({2, PARTS, IN_COMPUTE_TYPE, alignment, {}});
  }
  candidates.push_back({0, 1, NO_REDUCTION, alignment, {}});
  candidates.push_back({1, 1, NO_REDUCTION, 1, {}});
  for (const Algorithm& candidate : candidates) {
    if (*found < most && workspaceOf(candidate, *d) <= preference->workspace) {
      results[(*found)++] = resultOf(candidate, *d);
    }
  }
  return *found > 0 ? OK : UNSUPPORTED;
}

API cublasLtMatmulAlgoCheck(void* handle, const Operation* operation, const Layout* a,
                            const Layout* b, const Layout* c, const Layout* d,
                            const Algorithm* algorithm, Result* result) {
  if (handle == nullptr) return NO_HANDLE;
  if (int status = check(*operation, *a, *b, *c, *d)) return status;
  *result = resultOf(*algorithm, *d);
  return OK;
}

API cublasLtMatmulAlgoConfigGetAttribute(const Algorithm* algorithm, int which, void* value,
                                         size_t bytes, size_t* written) {
  switch (which) {
    case 0: return get(algorithm->id, value, bytes, written);
    case 2: return get(algorithm->parts, value, bytes, written);
    case 3: return get(algorithm->scheme, value, bytes, written);
    default: return get(uint32_t(0), value, bytes, written);
  }
}

API cublasLtMatmulAlgoConfigSetAttribute(Algorithm* algorithm, int which, const void* value,
                                         size_t bytes) {
  switch (which) {
    case 2: return set(algorithm->parts, value, bytes);
    case 3: return set(algorithm->scheme, value, bytes);
    default: return UNSUPPORTED;
  }
}

API cublasLtMatmul(void* handle, const Operation* operation, const void* alpha, const void* aAt,
                   const Layout* a, const void* bAt, const Layout* b, const void* beta,
                   const void* cAt, const Layout* c, void* dAt, const Layout* d,
                   const Algorithm* algorithm, void* workspace, size_t workspaceBytes,
                   void* stream) {
  if (handle == nullptr) return NO_HANDLE;
  if (int status = standin_ordered("cublasLtMatmul")) return status;
  if (int status = check(*operation, *a, *b, *c, *d)) return status;
  Algorithm chosen = algorithm != nullptr ? *algorithm : Algorithm{1, 1, NO_REDUCTION, 1, {}};
  if (standin_setting("refusedAlgorithms") >> chosen.id & 1) return UNSUPPORTED;
  if (d->batch > 1 && standin_setting("refusedBatches")) return UNSUPPORTED;
  size_t needed = workspaceOf(chosen, *d);
  if (needed > workspaceBytes) return BAD_VALUE;
  for (const void* at : {aAt, bAt, cAt, (const void*)dAt}) {
    if ((uint64_t)at % chosen.alignment != 0) return BAD_VALUE;
  }
  Product product = {*operation, *a, *b, *c, *d, (const char*)aAt, (const char*)bAt,
                     (const char*)cAt, (char*)dAt, *(const float*)alpha, *(const float*)beta,
                     chosen.parts, chosen.scheme == IN_OUTPUT_TYPE ? d->type : F32, 0, 0, 0};
  product.m = d->rows;
  product.n = d->columns;
  product.k = operation->transposeA ? a->rows : a->columns;
  standin::Work work = [=]() -> int {
    bool inPlace = product.beta == 0 || there(product.cAt, product.c);
    if (!inPlace || !there(product.aAt, product.a) || !there(product.bAt, product.b) ||
        !there(product.dAt, product.d) ||
        (needed > 0 && !standin_isDevice((uint64_t)workspace, needed))) {
      return standin::ILLEGAL_ADDRESS;
    }
    for (int64_t batch = 0; batch < product.d.batch; batch++) multiply(product, batch);
    if (needed > 0) memset(workspace, 0xff, needed);
    return standin::SUCCESS;
  };
  return standin_enqueue(stream, "cublasLtMatmul", &work) == standin::SUCCESS ? OK : FAILED;
}
