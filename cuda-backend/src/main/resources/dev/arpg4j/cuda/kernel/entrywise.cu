// One number for each entry: grid-stride loops over 16-byte vectors. An entry's arithmetic does not
// depend on its vector, so y may be an operand.

namespace {

DEVICE long long firstPlace() {
  return ((long long)blockIdx.x * blockDim.x + threadIdx.x) * VECTOR;
}

DEVICE long long gridStep() { return (long long)gridDim.x * blockDim.x * VECTOR; }

// x times the logistic function of t.
DEVICE float timesLogistic(float x, float t) { return x / (1.0f + expf(-t)); }

DEVICE float logistic(float t) { return timesLogistic(1.0f, t); }

DEVICE float siluOf(float x) { return timesLogistic(x, x); }

// Every vector of x through `map`.
template <class Map>
DEVICE void mapEntries(const element* x, element* y, long long size, Map map) {
  const bool wide = size % VECTOR == 0 && isAligned(x) && isAligned(y);
  for (long long at = firstPlace(); at < size; at += gridStep()) {
    float values[VECTOR];
    load(x, at, size, wide, values);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] = map(values[e]);
    }
    store(y, at, size, wide, values);
  }
}

// y[i] = join(a[i], b[i mod repeat]).
template <class Join>
DEVICE void joinEntries(const element* a, const element* b, element* y, long long size,
                        long long repeat, Join join) {
  const bool wide = size % VECTOR == 0 && isAligned(a) && isAligned(y);
  const bool wideB = repeat % VECTOR == 0 && isAligned(b);
  const bool whole = repeat >= size;
  for (long long at = firstPlace(); at < size; at += gridStep()) {
    float values[VECTOR];
    float others[VECTOR];
    load(a, at, size, wide, values);
    long long from = whole ? at : at % repeat;
    if (wideB) {
      load(b, from, repeat, true, others);
    } else {
#pragma unroll
      for (int e = 0; e < VECTOR; e++) {
        others[e] = at + e < size ? toFloat(b[from]) : 0.0f;
        from = from + 1 == repeat ? 0 : from + 1;
      }
    }
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] = join(values[e], others[e]);
    }
    store(y, at, size, wide, values);
  }
}

struct Plus {
  DEVICE float operator()(float a, float b) const { return a + b; }
};

struct Times {
  DEVICE float operator()(float a, float b) const { return a * b; }
};

struct SiluTimes {
  DEVICE float operator()(float gate, float up) const { return siluOf(gate) * up; }
};

struct Silu {
  DEVICE float operator()(float x) const { return siluOf(x); }
};

// x times the normal distribution function, as erfc keeps its precision where 1 + erf cancels.
struct Gelu {
  DEVICE float operator()(float x) const { return x * (0.5f * erfcf(-0.70710678f * x)); }
};

// x / 2 (1 + tanh(t / 2)) is x / (1 + e^-t), where nothing cancels; t = x (c + 0.044715 c x^2) with
// c = 2 sqrt(2 / pi).
struct GeluTanh {
  DEVICE float operator()(float x) const {
    return timesLogistic(x, x * fmaf(0.071354816f * x, x, 1.5957691f));
  }
};

// The slope of silu. One less a logistic is that of the other sign, where nothing cancels.
DEVICE float siluSlope(float x) { return logistic(x) * fmaf(x, logistic(-x), 1.0f); }

struct SiluBackward {
  DEVICE float operator()(float x, float dy) const { return dy * siluSlope(x); }
};

// dy (Phi(x) + x phi(x))
struct GeluBackward {
  DEVICE float operator()(float x, float dy) const {
    const float density = 0.39894228f * expf(-0.5f * x * x);
    return dy * fmaf(x, density, 0.5f * erfcf(-0.70710678f * x));
  }
};

// With s the logistic function of t: dy s (1 + x (1 - s) dt/dx), t as above. Where |x| is large the
// other logistic is 0, and its factor stays finite.
struct GeluTanhBackward {
  DEVICE float operator()(float x, float dy) const {
    const float t = x * fmaf(0.071354816f * x, x, 1.5957691f);
    const float near = fminf(fmaxf(x, -64.0f), 64.0f);
    const float slope = near * fmaf(0.21406445f * near, near, 1.5957691f);
    return dy * (logistic(t) * fmaf(slope, logistic(-t), 1.0f));
  }
};

struct Power {
  float shift;
  float exponent;
  DEVICE float operator()(float x) const { return powf(x + shift, exponent); }
};

struct Scaled {
  float factor;
  DEVICE float operator()(float x) const { return factor * x; }
};

}  // namespace

KERNEL(add, 256, (const element* a, const element* b, element* y, long long size, long long repeat)) {
  joinEntries(a, b, y, size, repeat, Plus{});
}

KERNEL(mul, 256, (const element* a, const element* b, element* y, long long size, long long repeat)) {
  joinEntries(a, b, y, size, repeat, Times{});
}

KERNEL(scale, 256, (const element* x, float factor, element* y, long long size)) {
  mapEntries(x, y, size, Scaled{factor});
}

KERNEL(silu, 256, (const element* x, element* y, long long size)) {
  mapEntries(x, y, size, Silu{});
}

KERNEL(gelu, 256, (const element* x, element* y, long long size)) {
  mapEntries(x, y, size, Gelu{});
}

KERNEL(geluTanh, 256, (const element* x, element* y, long long size)) {
  mapEntries(x, y, size, GeluTanh{});
}

KERNEL(swiGlu, 256, (const element* gate, const element* up, element* y, long long size)) {
  joinEntries(gate, up, y, size, size, SiluTimes{});
}

KERNEL(power, 256,
       (const element* x, float shift, float exponent, element* y, long long size)) {
  mapEntries(x, y, size, Power{shift, exponent});
}

KERNEL(siluBackward, 256, (const element* x, const element* dy, element* dx, long long size)) {
  joinEntries(x, dy, dx, size, size, SiluBackward{});
}

KERNEL(geluBackward, 256, (const element* x, const element* dy, element* dx, long long size)) {
  joinEntries(x, dy, dx, size, size, GeluBackward{});
}

KERNEL(geluTanhBackward, 256, (const element* x, const element* dy, element* dx, long long size)) {
  joinEntries(x, dy, dx, size, size, GeluTanhBackward{});
}

KERNEL(swiGluBackward, 256,
       (const element* gate, const element* up, const element* dy, element* dGate, element* dUp,
        long long size)) {
  const bool wide = size % VECTOR == 0 && isAligned(gate) && isAligned(up) && isAligned(dy) &&
                    isAligned(dGate) && isAligned(dUp);
  for (long long at = firstPlace(); at < size; at += gridStep()) {
    float gates[VECTOR];
    float ups[VECTOR];
    float slopes[VECTOR];
    load(gate, at, size, wide, gates);
    load(up, at, size, wide, ups);
    load(dy, at, size, wide, slopes);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      ups[e] = slopes[e] * ups[e] * siluSlope(gates[e]);
      slopes[e] *= siluOf(gates[e]);
    }
    store(dGate, at, size, wide, ups);
    store(dUp, at, size, wide, slopes);
  }
}

// y = uniform < dropped ? 0 : x / kept
KERNEL(dropout, 256,
       (const element* x, const float* uniform, element* y, float dropped, float kept,
        long long size)) {
  const bool wide = size % VECTOR == 0 && isAligned(x) && isAligned(uniform) && isAligned(y);
  for (long long at = firstPlace(); at < size; at += gridStep()) {
    float values[VECTOR];
    float drawn[VECTOR];
    load(x, at, size, wide, values);
    loadFloats(uniform, at, size, wide, drawn);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] = drawn[e] < dropped ? 0.0f : values[e] / kept;
    }
    store(y, at, size, wide, values);
  }
}

// y = l_null + sum of w_i (l_i - l_{i+1}), from the null branch upwards; y is none of the branches
// but the first.
KERNEL(guidance, 256,
       (const element* logits, const float* weights, element* y, int branches, long long size)) {
  const bool wide = size % VECTOR == 0 && isAligned(logits) && isAligned(y);
  for (long long at = firstPlace(); at < size; at += gridStep()) {
    float lower[VECTOR];
    float guided[VECTOR];
    load(logits + (branches - 1) * size, at, size, wide, lower);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      guided[e] = lower[e];
    }
    for (int branch = branches - 2; branch >= 0; branch--) {
      float upper[VECTOR];
      load(logits + branch * size, at, size, wide, upper);
#pragma unroll
      for (int e = 0; e < VECTOR; e++) {
        guided[e] = guide(guided[e], weights[branch], upper[e], lower[e]);
        lower[e] = upper[e];
      }
    }
    store(y, at, size, wide, guided);
  }
}

#if defined(ELEMENT_BF16)

KERNEL(widen, 256, (const element* x, float* y, long long size)) {
  const bool wide = size % VECTOR == 0 && isAligned(x) && isAligned(y);
  for (long long at = firstPlace(); at < size; at += gridStep()) {
    float values[VECTOR];
    load(x, at, size, wide, values);
    if (wide) {
      *reinterpret_cast<float4*>(y + at) = {values[0], values[1], values[2], values[3]};
      *reinterpret_cast<float4*>(y + at + 4) = {values[4], values[5], values[6], values[7]};
    } else {
#pragma unroll
      for (int e = 0; e < VECTOR; e++) {
        if (at + e < size) {
          y[at + e] = values[e];
        }
      }
    }
  }
}

// y = x as a bfloat16 would hold it
KERNEL(roundSingles, 256, (const float* x, float* y, long long size)) {
  const long long step = (long long)gridDim.x * blockDim.x;
  for (long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x; at < size; at += step) {
    y[at] = rounded(x[at]);
  }
}

KERNEL(narrow, 256, (const float* x, element* y, long long size)) {
  const bool wide = size % VECTOR == 0 && isAligned(x) && isAligned(y);
  for (long long at = firstPlace(); at < size; at += gridStep()) {
    float values[VECTOR];
    loadFloats(x, at, size, wide, values);
    store(y, at, size, wide, values);
  }
}

#endif
