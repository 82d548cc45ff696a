package dev.arpg4j.variant;

import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.TwoPass;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;

/** A variant on ARPG's two passes: what all of them have in common beside how they decode. */
interface ArpgArchitecture extends SizedArchitecture {
  @Override
  ArpgConfig config();

  @Override
  default ControlSizes control() {
    return config().control();
  }

  @Override
  default Network load(Backend backend, ModelWeights weights, DType storage) {
    return new TwoPass(Arpg.load(backend, config(), weights, storage));
  }
}
