package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What {@code generate} reports of a run. */
class GenerateReportTest extends GenerateFixture {
  @Test
  void reportsWhichDeviceComputedInWhichType() throws IOException {
    generate("narrow", "--count", "1", "--steps", "2", "--backend", "emulated", "--device", "1");
    assertThat(json("narrow").at("/backend/compute_type").asString()).isEqualTo("f32");
    assertThat(json("narrow").at("/backend/weights").asString()).isEqualTo("f32");
    generate(
        "narrow",
        "--count",
        "1",
        "--steps",
        "2",
        "--backend",
        "emulated",
        "--device",
        "1",
        "--compute",
        "bf16");
    JsonNode backend = json("narrow").get("backend");
    assertThat(backend.get("name").asString()).isEqualTo("emulated");
    assertThat(backend.get("device").asString()).isEqualTo("emulated device 1");
    assertThat(backend.get("device_index").asInt()).isEqualTo(1);
    assertThat(backend.get("compute_type").asString()).isEqualTo("bf16");
    assertThat(backend.get("weights").asString()).isEqualTo("bf16");
  }

  /** Fifty MiB are free: half of them hold a few images of the embedded model, not thirty. */
  @Test
  void aDeviceDecodesTogetherWhatItsMemoryHolds() throws IOException {
    generate("device", "--count", "30", "--steps", "1", "--backend", "emulated");
    generate("host", "--count", "30", "--steps", "1");
    assertThat(json("device").at("/settings/batch").asInt()).isBetween(1, 29);
    assertThat(json("host").at("/settings/batch").asInt()).isEqualTo(30);
  }

  @Test
  void reportsEverySettingDefaultsIncluded() throws IOException {
    generate("a");
    JsonNode report = json("a");
    JsonNode settings = report.get("settings");
    assertThat(settings.propertyNames())
        .containsExactlyInAnyOrder(
            "class",
            "count",
            "first_image",
            "batch",
            "steps",
            "schedule",
            "cfg",
            "cfg_schedule",
            "temperature",
            "top_k",
            "top_p",
            "order",
            "pass1",
            "seed",
            "out",
            "tokens");
    assertThat(settings.get("schedule").asString()).isEqualTo("cosine");
    assertThat(settings.get("cfg").asDouble()).isEqualTo(2.25);
    assertThat(settings.get("cfg_schedule").asString()).isEqualTo("constant");
    assertThat(settings.get("pass1").asString()).isEqualTo("strict");
    assertThat(settings.get("order").asString()).isEqualTo("corners");
    assertThat(settings.get("class")).hasSize(10);
    assertThat(report.get("plan").valueStream().mapToInt(JsonNode::asInt).sum()).isEqualTo(256);
    assertThat(report.get("backend").propertyNames())
        .containsExactlyInAnyOrder(
            "name", "device", "device_index", "compute_type", "weights", "threads");
    assertThat(report.at("/times/steps_ms/0")).hasSize(4);
    assertThat(report.get("version").asString()).isEqualTo(Version.current());
    assertThat(report.at("/machine/jdk").asString()).contains(Runtime.version().toString());
  }
}
