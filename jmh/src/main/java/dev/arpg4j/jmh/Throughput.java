package dev.arpg4j.jmh;

import dev.arpg4j.tensor.interpret.Cost;
import dev.arpg4j.tensor.interpret.OpCost;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * What a measured time means: operations and bytes a second, by the ops' formulas ({@link
 * dev.arpg4j.tensor.interpret.Counting}).
 *
 * @param name of the benchmark, as {@link Benchmarks} has it
 * @param parameters by name
 * @param micros mean time of an invocation
 * @param error half of its 99.9 % confidence interval, in microseconds; NaN of a single sample
 * @param cost of an invocation
 */
record Throughput(
    String name, Map<String, String> parameters, double micros, double error, OpCost cost) {

  static Throughput of(RunResult result) {
    BenchmarkParams params = result.getParams();
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String key : params.getParamsKeys()) {
      parameters.put(key, params.getParam(key));
    }
    double micros = params.getTimeUnit().toNanos(1) * 1e-3;
    return new Throughput(
        Benchmarks.shortName(params.getBenchmark()),
        parameters,
        result.getPrimaryResult().getScore() * micros,
        result.getPrimaryResult().getScoreError() * micros,
        cost(params.getBenchmark(), parameters).total());
  }

  /** Whether it multiplies matrices or attends: the ops that rates are made for. */
  boolean isProduct() {
    return cost.flops() > 0;
  }

  /** Of matrix products and attention, in units of 1e9 a second. */
  double gigaflops() {
    return cost.flops() / (micros * 1e3);
  }

  /** Of weights and caches read or written, in units of 1e9 bytes a second. */
  double gigabytes() {
    return (cost.weightBytes() + cost.cacheBytes()) / (micros * 1e3);
  }

  /** What one invocation of a benchmark costs at these parameters. */
  static Cost cost(String benchmark, Map<String, String> parameters) {
    Class<? extends Measured> state = Benchmarks.state(Benchmarks.shortName(benchmark));
    try {
      Measured measured = state.getConstructor().newInstance();
      for (Map.Entry<String, String> parameter : parameters.entrySet()) {
        Field field = state.getField(parameter.getKey());
        field.set(measured, valueOf(field.getType(), parameter.getValue()));
      }
      return measured.cost();
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(benchmark + " has not the form of a benchmark", broken);
    }
  }

  private static Object valueOf(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    }
    if (type == int.class) {
      return Integer.valueOf(text);
    }
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> ((Enum<?>) constant).name().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(text + " is no " + type.getSimpleName()));
  }
}
