package dev.arpg4j.model;

/** The sizes of a model on {@link AdaLnStack}. */
public interface AdaLnConfig extends ModelSizes {
  /** Of the blocks. */
  AdaLnSizes sizes();

  @Override
  default int vocabulary() {
    return sizes().vocabulary();
  }

  @Override
  default int classes() {
    return sizes().classes();
  }
}
