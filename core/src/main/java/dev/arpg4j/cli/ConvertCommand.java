package dev.arpg4j.cli;

import dev.arpg4j.convert.Conversion;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code arpg convert}: a checkpoint of any container as one safetensors file with its sizes. */
@Command(
    name = "convert",
    sortOptions = false,
    description = {
      "Writes a model's checkpoint (safetensors or PyTorch) as safetensors, its sizes with it.",
      "Tensors pass through one by one: it takes little memory, whatever the model's size.",
      "An interrupted run leaves nothing behind, and an OUT that was there before as it was."
    })
final class ConvertCommand implements Callable<Integer> {
  private static final List<Choice<ElementType>> TYPES =
      List.of(
          new Choice<>("f32", ElementType.F32),
          new Choice<>("f16", ElementType.F16),
          new Choice<>("bf16", ElementType.BF16));
  private static final String EXTENSION = ".safetensors";
  private static final double MEGABYTE = 1e6;

  @Parameters(index = "0", paramLabel = "IN", description = "the safetensors or PyTorch file")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "the .safetensors file to write")
  private Path out;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "f32, f16 or bf16; norm scales, biases and codebooks become f32 (default: each tensor keeps"
              + " its type)")
  private @Nullable String dtype;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Optional<ElementType> type =
        Optional.ofNullable(dtype).map(name -> Choice.named("--dtype", TYPES, name).value());
    requirePlace();
    Conversion conversion = Conversion.of(in, out, type);
    Conversion.Rounding rounding;
    try (Progress progress = Progress.of("convert", conversion.tensors())) {
      rounding = conversion.write(progress::step);
    }
    Machine.PeakMemory peak = Machine.peakMemory();
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT,
                "%s: %s; %.1f MB from %.1f MB, %s, peak memory %.0f MiB (%s)",
                out,
                conversion.describe(),
                Files.size(out) / MEGABYTE,
                Files.size(in) / MEGABYTE,
                describe(rounding),
                peak.mebibytes(),
                peak.measure()));
    return ExitCode.OK;
  }

  private void requirePlace() throws IOException {
    if (!out.toString().toLowerCase(Locale.ROOT).endsWith(EXTENSION)) {
      throw new InvalidInputException(out + ": expected a name that ends in " + EXTENSION);
    }
    if (Files.exists(in) && Files.exists(out) && Files.isSameFile(in, out)) {
      throw new InvalidInputException(out + ": is the file to convert; expected another");
    }
    AtomicFile.check(out);
  }

  private static String describe(Conversion.Rounding rounding) {
    return rounding.distance() == 0
        ? "every value kept"
        : String.format(
            Locale.ROOT,
            "values moved by at most %.2g (%s)",
            rounding.distance(),
            rounding.tensor());
  }
}
