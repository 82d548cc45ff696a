package dev.arpg4j.cuda.driver;

import static org.bytedeco.cuda.global.cudart.cuGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cuGraphExecDestroy;
import static org.bytedeco.cuda.global.cudart.cuGraphGetNodes;
import static org.bytedeco.cuda.global.cudart.cuGraphInstantiate;
import static org.bytedeco.cuda.global.cudart.cuGraphLaunch;
import static org.bytedeco.cuda.global.cudart.cuGraphUpload;

import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraphNode_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * Work that was recorded once and is enqueued again as a whole by one call: the same kernels with
 * the same arguments, the same copies between the same addresses.
 */
public final class Graph implements AutoCloseable {
  private final Gpu gpu;
  private final CUgraphExec_st executable = new CUgraphExec_st();
  private final int nodes;
  private boolean closed;

  /** Takes {@code recorded}, and gives it back. */
  Graph(Gpu gpu, CUgraph_st recorded) {
    this.gpu = gpu;
    try {
      nodes = count(gpu, recorded);
      gpu.check("cuGraphInstantiate", cuGraphInstantiate(executable, recorded, 0));
    } finally {
      cuGraphDestroy(recorded);
      recorded.close();
    }
    // So that the first launch costs no more than the others.
    gpu.check("cuGraphUpload", cuGraphUpload(executable, gpu.stream()));
  }

  private static int count(Gpu gpu, CUgraph_st recorded) {
    try (SizeTPointer count = new SizeTPointer(1)) {
      CUgraphNode_st onlyTheirNumber = null;
      gpu.check("cuGraphGetNodes", cuGraphGetNodes(recorded, onlyTheirNumber, count));
      return Math.toIntExact(count.get());
    }
  }

  /** How many kernels, copies and fills it holds. */
  public int nodes() {
    return nodes;
  }

  /**
   * Enqueues all of it.
   *
   * @throws CudaException if the driver refuses
   */
  public void launch() {
    gpu.enter();
    gpu.check("cuGraphLaunch", cuGraphLaunch(executable, gpu.stream()));
  }

  /** Gives it back; waits for nothing, and a launch under way ends well. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      gpu.forget(this);
      gpu.enter();
      gpu.check("cuGraphExecDestroy", cuGraphExecDestroy(executable));
      executable.close();
    }
  }
}
