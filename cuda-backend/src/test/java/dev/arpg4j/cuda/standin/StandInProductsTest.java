package dev.arpg4j.cuda.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cublas.*;
import static org.bytedeco.cuda.global.cudart.CUDA_R_16BF;
import static org.bytedeco.cuda.global.cudart.CUDA_R_32F;

import dev.arpg4j.cuda.driver.CudaLibraries;
import dev.arpg4j.cuda.driver.Gpu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stand-in of cuBLASLt multiplies as its documentation says, through the presets. */
class StandInProductsTest {
  private static final int M = 5;
  private static final int N = 4;
  private static final int K = 19;
  private static final int BATCH = 2;

  private Gpu gpu;
  private Arena arena;
  private cublasLtContext handle;

  @BeforeEach
  void open() {
    gpu = Gpu.open(0, CudaLibraries.find(List.of(StandIn.required())));
    StandIn.reset();
    arena = Arena.ofConfined();
    handle = new cublasLtContext();
    assertThat(cublasLtCreate(handle)).isZero();
  }

  @AfterEach
  void close() {
    if (gpu != null) {
      StandIn.reset();
      assertThat(cublasLtDestroy(handle)).isZero();
      gpu.close();
      arena.close();
    }
  }

  /** Small integers: every sum is exact in float32, and in bfloat16 as long as it is below 256. */
  private static float entry(int seed, int index) {
    return Math.floorMod(index * 7 + seed * 5, 5) - 2;
  }

  private final class Matrix implements AutoCloseable {
    final int rows;
    final int columns;
    final int leading;
    final int bytes;
    final long address;
    final cublasLtMatrixLayoutOpaque_t layout;

    Matrix(int type, int rows, int columns, int leading, int seed) {
      this.rows = rows;
      this.columns = columns;
      this.leading = leading;
      this.bytes = type == CUDA_R_32F ? 4 : 2;
      int entries = BATCH * stride();
      this.address = gpu.allocate((long) bytes * entries);
      MemorySegment host = arena.allocate((long) bytes * entries, 16);
      for (int i = 0; i < entries; i++) {
        int bits = Float.floatToRawIntBits(entry(seed, i));
        if (bytes == 4) {
          host.setAtIndex(ValueLayout.JAVA_INT, i, bits);
        } else {
          host.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
        }
      }
      gpu.toDevice(address, host, host.byteSize());
      try (PointerPointer<Pointer> made = new PointerPointer<>(1);
          IntPointer batch = new IntPointer(1).put(BATCH);
          LongPointer offset = new LongPointer(1).put(stride())) {
        cublasLtMatrixLayoutCreate(made, type, rows, columns, leading);
        layout = new cublasLtMatrixLayoutOpaque_t(made.get(0));
        cublasLtMatrixLayoutSetAttribute(layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, batch, 4);
        cublasLtMatrixLayoutSetAttribute(
            layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, offset, 8);
      }
    }

    int stride() {
      return leading * columns + 3;
    }

    int index(int batch, int row, int column) {
      return batch * stride() + column * leading + row;
    }

    float[] read() {
      MemorySegment host = arena.allocate((long) bytes * BATCH * stride(), 16);
      gpu.toHost(host, address, host.byteSize());
      gpu.synchronize();
      float[] values = new float[BATCH * stride()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            Float.intBitsToFloat(
                bytes == 4
                    ? host.getAtIndex(ValueLayout.JAVA_INT, i)
                    : host.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
      }
      return values;
    }

    Pointer at() {
      return new Address(address);
    }

    @Override
    public void close() {
      cublasLtMatrixLayoutDestroy(layout);
      gpu.free(address);
    }
  }

  private static final class Address extends Pointer {
    Address(long value) {
      super((Pointer) null);
      this.address = value;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "32F, false, false, false",
    "32F, true, false, false",
    "32F, false, true, true",
    "32F, true, true, false",
    "16BF, true, false, false",
    "16BF, false, false, true"
  })
  void multiplies(String type, boolean transposeA, boolean transposeB, boolean split) {
    int of = type.equals("32F") ? CUDA_R_32F : CUDA_R_16BF;
    try (Matrix a = operand(of, transposeA, M, K, 1);
        Matrix b = operand(of, transposeB, K, N, 2);
        Matrix d = new Matrix(of, M, N, M + 2, 3)) {
      float[] before = d.read();
      assertThat(multiply(a, transposeA, b, transposeB, d, split, 16)).isZero();
      float[] after = d.read();
      float[] expected = before.clone();
      for (int batch = 0; batch < BATCH; batch++) {
        for (int i = 0; i < M; i++) {
          for (int j = 0; j < N; j++) {
            float sum = 0;
            for (int k = 0; k < K; k++) {
              int atA = transposeA ? a.index(batch, k, i) : a.index(batch, i, k);
              int atB = transposeB ? b.index(batch, j, k) : b.index(batch, k, j);
              sum += entry(1, atA) * entry(2, atB);
            }
            int at = d.index(batch, i, j);
            expected[at] = 2 * sum + 3 * before[at];
          }
        }
      }
      assertThat(after).containsExactly(expected);
    }
  }

  /** Rows and columns as they lie in memory, with a gap behind each column. */
  private Matrix operand(int type, boolean transposed, int rows, int columns, int seed) {
    return transposed
        ? new Matrix(type, columns, rows, columns + 1, seed)
        : new Matrix(type, rows, columns, rows + 1, seed);
  }

  private int multiply(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix d, boolean split, int of) {
    long workspace = gpu.allocate(1 << 16);
    try (PointerPointer<Pointer> made = new PointerPointer<>(1);
        IntPointer value = new IntPointer(1);
        LongPointer most = new LongPointer(1).put(1 << 16);
        FloatPointer two = new FloatPointer(1).put(2);
        FloatPointer three = new FloatPointer(1).put(3);
        cublasLtMatmulHeuristicResult_t results = new cublasLtMatmulHeuristicResult_t(3)) {
      cublasLtMatmulDescCreate(made, CUBLAS_COMPUTE_32F, CUDA_R_32F);
      var operation = new cublasLtMatmulDescOpaque_t(made.get(0));
      value.put(transposeA ? CUBLAS_OP_T : CUBLAS_OP_N);
      cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_TRANSA, value, 4);
      value.put(transposeB ? CUBLAS_OP_T : CUBLAS_OP_N);
      cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_TRANSB, value, 4);
      cublasLtMatmulPreferenceCreate(made);
      var preference = new cublasLtMatmulPreferenceOpaque_t(made.get(0));
      cublasLtMatmulPreferenceSetAttribute(
          preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, most, 8);
      value.put(of);
      for (int operand = 0; operand < 4; operand++) {
        cublasLtMatmulPreferenceSetAttribute(
            preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES + operand, value, 4);
      }
      if (!split) {
        value.put(CUBLASLT_REDUCTION_SCHEME_NONE);
        cublasLtMatmulPreferenceSetAttribute(
            preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, value, 4);
      }
      int[] found = new int[1];
      int status =
          cublasLtMatmulAlgoGetHeuristic(
              handle,
              operation,
              a.layout,
              b.layout,
              d.layout,
              d.layout,
              preference,
              3,
              results,
              found);
      assertThat(status).isZero();
      assertThat(found[0]).isEqualTo(split ? 3 : 2);
      cublasLtMatmulAlgo_t best = results.getPointer(0).algo();
      cublasLtMatmulAlgoConfigGetAttribute(best, CUBLASLT_ALGO_CONFIG_SPLITK_NUM, value, 4, null);
      assertThat(value.get() > 1).isEqualTo(split);
      status =
          cublasLtMatmul(
              handle,
              operation,
              two,
              a.at(),
              a.layout,
              b.at(),
              b.layout,
              three,
              d.at(),
              d.layout,
              d.at(),
              d.layout,
              best,
              new Address(workspace),
              1 << 16,
              gpu.stream());
      cublasLtMatmulPreferenceDestroy(preference);
      cublasLtMatmulDescDestroy(operation);
      return status;
    } finally {
      gpu.free(workspace);
    }
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    try (Matrix a = new Matrix(CUDA_R_32F, M, K, M, 1);
        Matrix b = new Matrix(CUDA_R_32F, K + 1, N, K + 1, 2);
        Matrix d = new Matrix(CUDA_R_32F, M, N, M, 3)) {
      cublasLtMatmulAlgo_t none = null;
      try (PointerPointer<Pointer> made = new PointerPointer<>(1);
          FloatPointer one = new FloatPointer(1).put(1)) {
        cublasLtMatmulDescCreate(made, CUBLAS_COMPUTE_32F, CUDA_R_32F);
        var operation = new cublasLtMatmulDescOpaque_t(made.get(0));
        int status =
            cublasLtMatmul(
                handle,
                operation,
                one,
                a.at(),
                a.layout,
                b.at(),
                b.layout,
                one,
                d.at(),
                d.layout,
                d.at(),
                d.layout,
                none,
                null,
                0,
                gpu.stream());
        assertThat(status).isEqualTo(CUBLAS_STATUS_INVALID_VALUE);
        cublasLtMatmulDescDestroy(operation);
      }
    }
  }
}
