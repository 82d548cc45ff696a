package dev.arpg4j.cli;

import dev.arpg4j.control.EdgeMatch;
import dev.arpg4j.judge.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What {@code judge control} found, as a table and as JSON. */
final class EdgeReport {
  private final List<Row> rows = new ArrayList<>();

  private record Row(String name, List<EdgeMatch> matches) {
    Estimate mean(ToDoubleFunction<EdgeMatch> of) {
      return Estimate.mean(matches.stream().mapToDouble(of).toArray());
    }
  }

  /** Adds images of one origin, two or more. */
  void add(String name, List<EdgeMatch> matches) {
    rows.add(new Row(name, List.copyOf(matches)));
  }

  @Override
  public String toString() {
    TextTable table = new TextTable("", "edge F1", "95% (images)", "precision", "recall", "images");
    for (Row row : rows) {
      Estimate f1 = row.mean(EdgeMatch::f1);
      table.add(
          List.of(
              row.name(),
              number(f1.value()),
              number(f1.low()) + " .. " + number(f1.high()),
              number(row.mean(EdgeMatch::precision).value()),
              number(row.mean(EdgeMatch::recall).value()),
              Integer.toString(row.matches().size())));
    }
    return table.toString();
  }

  List<Map<String, Object>> json() {
    return rows.stream().map(EdgeReport::json).toList();
  }

  private static Map<String, Object> json(Row row) {
    Estimate f1 = row.mean(EdgeMatch::f1);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", row.name());
    values.put("images", row.matches().size());
    values.put("edge_f1", f1.value());
    values.put("edge_f1_low", f1.low());
    values.put("edge_f1_high", f1.high());
    values.put("precision", row.mean(EdgeMatch::precision).value());
    values.put("recall", row.mean(EdgeMatch::recall).value());
    return values;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
