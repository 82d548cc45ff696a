package dev.arpg4j.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A step is measured on a device too, to its end. */
class OnADeviceTest {
  private final List<String> given = new ArrayList<>();

  /** What the JVM that measures is started with. */
  private void startedWith(List<String> flags) {
    for (String flag : flags) {
      String[] nameAndValue = flag.substring("-D".length()).split("=", 2);
      given.add(nameAndValue[0]);
      System.setProperty(nameAndValue[0], nameAndValue[1]);
    }
  }

  @AfterEach
  void forgetTheFlags() {
    given.forEach(System::clearProperty);
  }

  @Test
  void whatTheCommandLineSaysArrivesInTheMeasuringJvm() {
    assertThat(MeasuredSettings.flags(Settings.allCores())).isEmpty();
    Settings settings =
        Settings.allCores()
            .withComputeType(DType.BF16)
            .withDevice(2)
            .withLibraries(List.of(Path.of("/opt/a"), Path.of("/opt/b")));
    startedWith(MeasuredSettings.flags(settings));
    assertThat(MeasuredSettings.ofThisJvm()).isEqualTo(settings);
  }

  @Test
  void aStepIsSaidToItsEndAndChecked() {
    Settings onTheStandIn = Settings.allCores().withLibraries(List.of(StandIn.required()));
    startedWith(MeasuredSettings.flags(onTheStandIn));
    StepLatency.Embedded step = new StepLatency.Embedded();
    step.backend = "cuda";
    step.model = "shapes10";
    step.weights = DType.F32;
    step.step = MeasuredStep.Moment.FIRST;
    step.batch = 1;
    step.open();
    StandIn.reset();
    step.say();
    assertThat(StandIn.count("launches")).isPositive();
    // nothing in a step reads results, so whoever waited is the benchmark
    assertThat(StandIn.count("synchronizes")).isPositive();
    step.close();
  }
}
