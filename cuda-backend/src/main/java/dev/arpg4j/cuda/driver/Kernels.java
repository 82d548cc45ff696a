package dev.arpg4j.cuda.driver;

import static org.bytedeco.cuda.global.cudart.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
import static org.bytedeco.cuda.global.cudart.cuFuncGetParamInfo;
import static org.bytedeco.cuda.global.cudart.cuFuncSetAttribute;
import static org.bytedeco.cuda.global.cudart.cuModuleGetFunction;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuModuleUnload;

import dev.arpg4j.cuda.kernel.Arguments;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.KernelId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The kernels of one device: each source compiled and loaded when its first kernel is asked for.
 */
final class Kernels implements AutoCloseable {
  /**
   * What a block may have without asking. The driver's limit is 48 KiB for dynamic and static
   * shared memory together; asking early costs nothing.
   */
  private static final int SHARED_BYTES_FOR_ALL = 32 * 1024;

  private final Gpu gpu;
  private final KernelCompiler compiler;
  private final Map<Source, CUmod_st> modules = new HashMap<>();
  private final Map<KernelId, Function> functions = new ConcurrentHashMap<>();

  private record Source(String file, Element element) {}

  Kernels(Gpu gpu, KernelCompiler compiler) {
    this.gpu = gpu;
    this.compiler = compiler;
  }

  Function function(KernelId kernel) {
    Function known = functions.get(kernel);
    return known != null ? known : load(kernel);
  }

  private synchronized Function load(KernelId kernel) {
    return functions.computeIfAbsent(
        kernel,
        it -> {
          CUmod_st module =
              modules.computeIfAbsent(new Source(it.file(), it.element()), this::module);
          CUfunc_st function = new CUfunc_st();
          String symbol = it.symbol();
          int status = cuModuleGetFunction(function, module, symbol);
          gpu.check("cuModuleGetFunction(%s of %s.cu)".formatted(symbol, it.file()), status);
          return new Function(gpu, function, symbol);
        });
  }

  private CUmod_st module(Source source) {
    byte[] image = compiler.compile(source.file, source.element);
    CUmod_st module = new CUmod_st();
    try (BytePointer bytes = new BytePointer(image)) {
      gpu.check("cuModuleLoadData(%s.cu)".formatted(source.file), cuModuleLoadData(module, bytes));
    }
    return module;
  }

  @Override
  public synchronized void close() {
    functions.clear();
    modules.values().forEach(module -> gpu.check("cuModuleUnload", cuModuleUnload(module)));
    modules.clear();
  }

  /** One kernel, ready to be launched. */
  static final class Function {
    private final Gpu gpu;
    private final CUfunc_st function;
    private final String name;
    private final String sizes;
    private int sharedBytes = SHARED_BYTES_FOR_ALL;
    private boolean checked;

    private Function(Gpu gpu, CUfunc_st function, String name) {
      this.gpu = gpu;
      this.function = function;
      this.name = name;
      this.sizes = sizes(function);
    }

    /** The sizes of its parameters in bytes, a digit each. */
    private static String sizes(CUfunc_st function) {
      StringBuilder sizes = new StringBuilder();
      try (SizeTPointer offset = new SizeTPointer(1);
          SizeTPointer size = new SizeTPointer(1)) {
        // Beyond the last one it refuses; there is no other way to learn how many there are.
        while (cuFuncGetParamInfo(function, sizes.length(), offset, size) == 0) {
          sizes.append(size.get());
        }
      }
      return sizes.toString();
    }

    long handle() {
      return function.address();
    }

    CUfunc_st preset() {
      return function;
    }

    String name() {
      return name;
    }

    /** Asks for more dynamic shared memory than every kernel has, if this launch needs it. */
    synchronized void allowShared(int bytes) {
      if (bytes > sharedBytes) {
        gpu.check(
            "cuFuncSetAttribute(%s, %d bytes shared)".formatted(name, bytes),
            cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes));
        sharedBytes = bytes;
      }
    }

    /**
     * Holds the arguments of the first launch against the parameters that the compiler saw: the
     * driver would read whatever lies there.
     */
    void check(Arguments arguments) {
      if (!checked) {
        String given = arguments.kinds().replaceAll("[pl]", "8").replaceAll("[if]", "4");
        if (!given.equals(sizes)) {
          throw new IllegalArgumentException(
              "%s: arguments of %s bytes, but its parameters have %s"
                  .formatted(name, given, sizes));
        }
        checked = true;
      }
    }
  }
}
