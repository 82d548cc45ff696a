package dev.arpg4j.cuda.blas;

import static org.bytedeco.cuda.global.cublas.CUBLASLT_ALGO_CONFIG_SPLITK_NUM;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_REDUCTION_SCHEME_NONE;
import static org.bytedeco.cuda.global.cublas.CUBLAS_STATUS_INVALID_VALUE;
import static org.bytedeco.cuda.global.cublas.CUBLAS_STATUS_NOT_SUPPORTED;
import static org.bytedeco.cuda.global.cublas.cublasLtCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtGetStatusName;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmul;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulAlgoCheck;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulAlgoConfigGetAttribute;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulAlgoGetHeuristic;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceSetAttribute;

import dev.arpg4j.cuda.driver.CudaException;
import dev.arpg4j.cuda.graph.GpuStream;
import dev.arpg4j.cuda.memory.DeviceBlock;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The library of matrix products: its handle, the workspace at an address that never changes, and
 * the two questions it is asked (which algorithms suit, run this one). To be used within a {@link
 * GpuStream#hold} of the stream.
 */
final class BlasLt implements AutoCloseable {
  private static final int SUCCESS = 0;

  private final GpuStream stream;
  private final cublasLtContext handle = new cublasLtContext();
  private final DeviceBlock workspace;

  /** What is asked for where operands start at vectors, and where they start at blocks. */
  private final cublasLtMatmulPreferenceOpaque_t ofVectors;

  private final cublasLtMatmulPreferenceOpaque_t ofBlocks;

  private final FloatPointer one = new FloatPointer(1).put(1);
  private final FloatPointer zero = new FloatPointer(1).put(0);
  private final Address a = new Address();
  private final Address b = new Address();
  private final Address d = new Address();
  private final Address scratch = new Address();

  /** A device address in the clothes of the presets. */
  private static final class Address extends Pointer {
    Address() {
      super((Pointer) null);
    }

    Address at(long deviceAddress) {
      this.address = deviceAddress;
      return this;
    }
  }

  /**
   * @param splitSums whether a sum may be shared out over several blocks: faster where there are
   *     few rows, at the price of an order of summation that depends on how many there are
   */
  BlasLt(GpuStream stream, DeviceBlock workspace, boolean splitSums) {
    this.stream = stream;
    this.workspace = workspace;
    stream.gpu().enter();
    check("cublasLtCreate", cublasLtCreate(handle));
    this.ofVectors = preference(workspace.bytes(), splitSums, Product.VECTOR);
    this.ofBlocks = preference(workspace.bytes(), splitSums, Product.BLOCK);
  }

  private static cublasLtMatmulPreferenceOpaque_t preference(
      long bytes, boolean splitSums, int aligned) {
    try (PointerPointer<Pointer> made = new PointerPointer<>(1);
        LongPointer most = new LongPointer(1).put(bytes);
        IntPointer reductions = new IntPointer(1).put(reductions(splitSums));
        IntPointer alignment = new IntPointer(1).put(aligned)) {
      check("cublasLtMatmulPreferenceCreate", cublasLtMatmulPreferenceCreate(made));
      var preference = new cublasLtMatmulPreferenceOpaque_t(made.get(0));
      set(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, most, Long.BYTES);
      set(preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, reductions, Integer.BYTES);
      for (int operand :
          new int[] {
            CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
            CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
            CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
            CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES
          }) {
        set(preference, operand, alignment, Integer.BYTES);
      }
      return preference;
    }
  }

  /** Parts of a sum are added in float32: the other schemes add them in the result's type. */
  private static int reductions(boolean splitSums) {
    return splitSums ? CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE : CUBLASLT_REDUCTION_SCHEME_NONE;
  }

  private static void set(
      cublasLtMatmulPreferenceOpaque_t preference, int attribute, Pointer value, long bytes) {
    check(
        "cublasLtMatmulPreferenceSetAttribute",
        cublasLtMatmulPreferenceSetAttribute(preference, attribute, value, bytes));
  }

  /**
   * The algorithms that the library would choose, best first.
   *
   * @param most of them
   * @return none if it cannot do that
   */
  List<cublasLtMatmulAlgo_t> candidates(Descriptors of, int most) {
    var results = new cublasLtMatmulHeuristicResult_t(most);
    int[] found = new int[1];
    var preference = of.product().alignment() == Product.BLOCK ? ofBlocks : ofVectors;
    int status =
        cublasLtMatmulAlgoGetHeuristic(
            handle,
            of.operation(),
            of.a(),
            of.b(),
            of.d(),
            of.d(),
            preference,
            most,
            results,
            found);
    // A shape that no algorithm serves is an invalid value to some versions.
    if (status != CUBLAS_STATUS_NOT_SUPPORTED && status != CUBLAS_STATUS_INVALID_VALUE) {
      check("cublasLtMatmulAlgoGetHeuristic", status);
    }
    List<cublasLtMatmulAlgo_t> algorithms = new ArrayList<>();
    for (int i = 0; i < found[0]; i++) {
      cublasLtMatmulHeuristicResult_t result = results.getPointer(i);
      if (result.state() == SUCCESS && result.workspaceSize() <= workspace.bytes()) {
        algorithms.add(copyOf(result.algo()));
      }
    }
    results.close();
    return algorithms;
  }

  private static cublasLtMatmulAlgo_t copyOf(cublasLtMatmulAlgo_t algorithm) {
    cublasLtMatmulAlgo_t copy = new cublasLtMatmulAlgo_t();
    Pointer.memcpy(copy, algorithm, copy.sizeof());
    return copy;
  }

  /** Into how many parts an algorithm cuts each sum; 1 for none. */
  static int parts(cublasLtMatmulAlgo_t algorithm) {
    try (IntPointer parts = new IntPointer(1).put(1);
        SizeTPointer written = new SizeTPointer(1)) {
      check(
          "cublasLtMatmulAlgoConfigGetAttribute",
          cublasLtMatmulAlgoConfigGetAttribute(
              algorithm, CUBLASLT_ALGO_CONFIG_SPLITK_NUM, parts, Integer.BYTES, written));
      return Math.max(1, parts.get());
    }
  }

  /** Whether an algorithm that was found for another product serves this one. */
  boolean serves(cublasLtMatmulAlgo_t algorithm, Descriptors of) {
    try (var result = new cublasLtMatmulHeuristicResult_t()) {
      int status =
          cublasLtMatmulAlgoCheck(
              handle, of.operation(), of.a(), of.b(), of.d(), of.d(), algorithm, result);
      return status == SUCCESS && result.workspaceSize() <= workspace.bytes();
    }
  }

  /**
   * Enqueues a product.
   *
   * @return the library's status
   */
  int run(
      Descriptors of, cublasLtMatmulAlgo_t algorithm, long addressA, long addressB, long addressD) {
    d.at(addressD);
    return cublasLtMatmul(
        handle,
        of.operation(),
        one,
        a.at(addressA),
        of.a(),
        b.at(addressB),
        of.b(),
        zero,
        d,
        of.d(),
        d,
        of.d(),
        algorithm,
        scratch.at(workspace.address()),
        workspace.bytes(),
        stream.gpu().stream());
  }

  static void check(String call, int status) {
    if (status != SUCCESS) {
      throw new CudaException(call, status, cublasLtGetStatusName(status).getString());
    }
  }

  @Override
  public void close() {
    check("cublasLtMatmulPreferenceDestroy", cublasLtMatmulPreferenceDestroy(ofVectors));
    check("cublasLtMatmulPreferenceDestroy", cublasLtMatmulPreferenceDestroy(ofBlocks));
    check("cublasLtDestroy", cublasLtDestroy(handle));
    one.close();
    zero.close();
    workspace.giveBack();
  }
}
