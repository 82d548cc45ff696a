package dev.arpg4j.variant;

import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.TwoPass;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import java.util.List;

/** A variant on ARPG's two passes: what all of them have in common beside how they decode. */
interface ArpgArchitecture extends Architecture {
  ArpgConfig config();

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
  default Network load(Backend backend, ModelWeights weights, DType storage) {
    return new TwoPass(Arpg.load(backend, config(), weights, storage));
  }
}
