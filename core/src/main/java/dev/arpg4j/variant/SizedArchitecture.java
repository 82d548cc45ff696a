package dev.arpg4j.variant;

import dev.arpg4j.model.ModelSizes;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import java.util.List;
import java.util.Map;

/** A variant whose sizes are those of its model: what those say, it says. */
public interface SizedArchitecture extends Architecture {
  /** The sizes, as files tell them. */
  ModelSizes config();

  @Override
  default TokenGrid grid() {
    return config().grid();
  }

  @Override
  default int vocabulary() {
    return config().vocabulary();
  }

  @Override
  default int classes() {
    return config().classes();
  }

  @Override
  default List<Parameter> parameters() {
    return config().parameters();
  }

  @Override
  default Map<String, String> metadata() {
    return config().metadata();
  }
}
