package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LanesTest {
  @Test
  void theWidthAskedForIsInUse() {
    String asked = System.getProperty(Lanes.WIDTH_PROPERTY);
    int expected = asked == null ? Lanes.machineBits() : Integer.parseInt(asked);
    assertThat(Lanes.bits()).isEqualTo(expected);
    assertThat(Lanes.LANES).isEqualTo(expected / Float.SIZE);
  }

  @Test
  void aWidthThatTheMachineLacksIsAnObstacle() {
    boolean named =
        Lanes.obstacles().stream().anyMatch(each -> each.remedy().contains(Lanes.WIDTH_PROPERTY));
    assertThat(named).isEqualTo(Lanes.bits() > Lanes.machineBits());
  }
}
