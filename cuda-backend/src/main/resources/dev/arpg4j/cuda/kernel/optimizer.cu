// The optimizer's step. Parameters and moments are float32: it is there under F32.

#if defined(ELEMENT_F32)

// AdamW (Loshchilov and Hutter, ICLR 2019). Results may be in the operands' places.
KERNEL(adamW, 256,
       (const float* value, const float* gradient, const float* first, const float* second,
        float* newValue, float* newFirst, float* newSecond, long long size, float kept, float rate,
        float beta1, float rest1, float beta2, float rest2, float epsilon, float correction1,
        float correction2, float factor)) {
  const long long step = (long long)gridDim.x * blockDim.x;
  for (long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x; at < size; at += step) {
    const float g = factor * gradient[at];
    const float m = fmaf(beta1, first[at], rest1 * g);
    const float s = fmaf(beta2, second[at], rest2 * (g * g));
    const float direction = m / correction1 / (sqrtf(s / correction2) + epsilon);
    newValue[at] = fmaf(kept, value[at], -(rate * direction));
    newFirst[at] = m;
    newSecond[at] = s;
  }
}

#endif
