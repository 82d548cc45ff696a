package dev.arpg4j.cuda.memory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory that recorded graphs work in. A graph writes to the same addresses at each replay, so
 * nobody else may hold them; but graphs of one stream run one after the other, so what one of them
 * uses between its beginning and its end another may use too. All recordings therefore share one
 * set of blocks, without which each step of a decode would hold its own activations for good.
 *
 * <p>What a recording hands out is its own: {@link Part#settle} sees to it that no other recording
 * works in those blocks.
 */
public final class ReplayMemory {
  private final DevicePool pool;
  private final IdleBlocks idle = new IdleBlocks();
  private int open;

  public ReplayMemory(DevicePool pool) {
    this.pool = pool;
  }

  /** The memory of a recording that is about to be made. */
  public synchronized Part open() {
    open++;
    return new Part();
  }

  private synchronized DeviceBlock take(long bytes, Part user) {
    DeviceBlock block = idle.pop(bytes);
    if (block == null) {
      block = pool.take(bytes);
    }
    block.moveTo(this::give);
    block.usedBy(user);
    return block;
  }

  private synchronized void give(DeviceBlock block) {
    if (open > 0) {
      idle.push(block);
    } else {
      pool.takeBack(block);
    }
  }

  private synchronized void closed() {
    open--;
    if (open == 0) {
      idle.drain(pool::takeBack);
    }
  }

  /** Bytes that recordings share and none of them hands out. */
  public synchronized long sharedBytes() {
    return idle.bytes();
  }

  /** Says that the contents of one address shall be at another when the graph has run. */
  @FunctionalInterface
  public interface Copy {
    void onDevice(long to, long from, long bytes);
  }

  /** The memory of one recording. */
  public final class Part implements AutoCloseable {
    private @Nullable List<DeviceBlock> own = new ArrayList<>();

    private Part() {}

    /** A block that other recordings use as well, before and after this one runs. */
    public DeviceBlock take(long bytes) {
      return ReplayMemory.this.take(bytes, this);
    }

    /** A block that nobody else uses until this part closes, even if it is given back before. */
    public DeviceBlock own(long bytes) {
      DeviceBlock block = pool.take(bytes);
      block.moveTo(ignored -> {});
      owned().add(block);
      return block;
    }

    /**
     * Makes blocks that the recording hands out its own: those in which another recording has
     * worked change places with new ones, to which their contents are copied at the end of every
     * replay.
     */
    public void settle(List<DeviceBlock> results, Copy copy) {
      for (DeviceBlock result : results) {
        if (result.isShared()) {
          DeviceBlock place = pool.take(result.bytes());
          copy.onDevice(place.address(), result.address(), result.bytes());
          result.exchange(place);
          place.giveBack();
        }
      }
    }

    private List<DeviceBlock> owned() {
      List<DeviceBlock> blocks = own;
      if (blocks == null) {
        throw new IllegalStateException("the recording is closed");
      }
      return blocks;
    }

    /** Gives back all that is not handed out. */
    @Override
    public void close() {
      List<DeviceBlock> blocks = own;
      if (blocks != null) {
        own = null;
        blocks.forEach(pool::takeBack);
        closed();
      }
    }
  }
}
