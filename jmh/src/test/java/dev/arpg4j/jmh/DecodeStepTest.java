package dev.arpg4j.jmh;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecodeStepTest {
  private static final int IN_THE_MIDDLE = 2;

  /** Fails at the first product after it is told to. */
  private static final class Failing extends ForwardingOps {
    private boolean failing;

    Failing(Backend delegate) {
      super(delegate);
    }

    @Override
    protected List<Tensor> say(Call call) {
      if (failing && call.op().startsWith("linear")) {
        throw new IllegalStateException("no more products");
      }
      return super.say(call);
    }
  }

  @Test
  void aStepThatCannotBePreparedLeavesNoScopeOpen() {
    try (Failing backend =
        new Failing(BackendProvider.named("cpu").open(BackendProvider.Settings.ofThreads(1)))) {
      Arpg model = Arpg.load(backend, EmbeddedModel.checkpoint(), DType.F32);
      int[][] tokens = new int[1][model.config().grid().cells()];
      // scopes close in reverse order of opening, so this one refuses to if another is open in it
      try (var scope = backend.scope()) {
        backend.failing = true;
        assertThatThrownBy(
                () ->
                    new DecodeStep(
                        model,
                        DecodeSettings.EMBEDDED,
                        DecodeBatch.of(0, new int[] {0}),
                        tokens,
                        IN_THE_MIDDLE))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("no more products");
      }
    }
  }
}
