package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.Lineup;
import dev.arpg4j.variant.Contract;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's table of the family: what is counted of each system, and what it claims. */
class FamilyTableTest {
  /** From here on a column is a property. */
  private static final int COUNTED = 5;

  @Test
  void theReadmeSaysWhatIsCountedAndClaimed() throws IOException {
    List<List<String>> table =
        Page.read("README.md").lines().stream()
            .dropWhile(line -> !line.startsWith("| system |"))
            .takeWhile(line -> line.startsWith("|"))
            .map(FamilyTableTest::cells)
            .toList();
    List<String> columns = table.getFirst();
    List<List<String>> rows = table.subList(2, table.size()); // below the line of dashes
    List<Variant> family = Family.all();
    String compared = CommandLineRun.of("compare", "--dry-run", "--markdown").out();
    assertThat(rows).hasSameSizeAs(family);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(withoutWords(rows.get(i))).isEqualTo(expected(family.get(i), columns, compared));
    }
  }

  private static List<String> expected(Variant variant, List<String> columns, String compared) {
    Entrant first =
        new Lineup(List.of(variant)).at("L").getFirst(); // of several ways to build it, the first
    String page = "docs/variants/" + variant.name() + ".md";
    boolean hasPage = Page.ROOT.resolve(page).toFile().exists();
    List<String> row =
        new ArrayList<>(
            List.of(hasPage ? "[%s](%s)".formatted(variant.title(), page) : variant.title()));
    row.addAll(counted(first.name(), compared));
    for (String property : columns.subList(COUNTED, columns.size())) {
      Contract.Entry entry = variant.contract().entries().get(property);
      row.add(Objects.requireNonNull(entry, property).claim().mark());
    }
    return row;
  }

  /** Steps, rows fed and GFLOP, as {@code compare} prints them. */
  private static List<String> counted(String name, String compared) {
    return compared
        .lines()
        .map(FamilyTableTest::cells)
        .filter(cells -> cells.getFirst().equals(name))
        .findFirst()
        .orElseThrow()
        .subList(2, COUNTED);
  }

  private static List<String> withoutWords(List<String> row) {
    return Stream.concat(row.stream().limit(1), row.stream().skip(2)).toList();
  }

  private static List<String> cells(String line) {
    return Stream.of(line.replaceAll("^\\| *| *\\|$", "").split(" *\\| *")).toList();
  }
}
