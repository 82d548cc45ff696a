package dev.arpg4j.cuda.memory;

import org.jspecify.annotations.Nullable;

/** A run of device memory lent by a pool, with all bytes of unknown value. */
public final class DeviceBlock {
  private long address;
  private final long bytes;
  private Home home;

  /** The first recording that worked in this block, once one did; see {@link ReplayMemory}. */
  private @Nullable Object recording;

  private boolean shared;

  /** Who lent the block and takes it back. */
  interface Home {
    void give(DeviceBlock block);
  }

  DeviceBlock(long address, long bytes, Home home) {
    this.address = address;
    this.bytes = bytes;
    this.home = home;
  }

  /** Where it starts on the device; a multiple of 256. */
  public long address() {
    return address;
  }

  /** How long it is: as long as was asked for, or a little longer. */
  public long bytes() {
    return bytes;
  }

  /** Returns the block to whoever lent it; to be called once. */
  public void giveBack() {
    home.give(this);
  }

  void moveTo(Home newHome) {
    home = newHome;
  }

  /** Notes that a recording works in this block. */
  void usedBy(Object user) {
    if (recording == null) {
      recording = user;
    } else if (recording != user) {
      shared = true;
    }
  }

  /** Whether more than one recording works in this block, or ever did. */
  boolean isShared() {
    return shared;
  }

  /** Lets this block stand for the other's memory, and the other for this one's. */
  void exchange(DeviceBlock other) {
    if (other.bytes != bytes) {
      throw new IllegalArgumentException("blocks of %d and %d bytes".formatted(bytes, other.bytes));
    }
    long itsAddress = other.address;
    Home itsHome = other.home;
    Object itsRecording = other.recording;
    boolean itsShared = other.shared;
    other.address = address;
    other.home = home;
    other.recording = recording;
    other.shared = shared;
    address = itsAddress;
    home = itsHome;
    recording = itsRecording;
    shared = itsShared;
  }

  @Override
  public String toString() {
    return "DeviceBlock[%d bytes at 0x%x]".formatted(bytes, address);
  }
}
