package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.interpret.Checked;
import dev.arpg4j.tensor.interpret.Comparing;
import dev.arpg4j.tensor.interpret.Comparing.OnDifference;
import dev.arpg4j.tensor.interpret.ComparisonReport;
import dev.arpg4j.tensor.interpret.Difference;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program of a few ops, said to the interpreters that judge. */
abstract class ListenedTo {
  /** Says the program; what comes of it, an array. */
  abstract Object run(Backend backend);

  /** What {@link Checked} is held against. */
  Backend plain() {
    return new OracleBackend();
  }

  final ComparisonReport compare(Backend leader, Backend follower) {
    try (Comparing comparing = new Comparing(leader, follower, OnDifference.GATHER)) {
      run(comparing);
      return comparing.report();
    }
  }

  /** The ops of all differences that comparing finds where the follower slips. */
  final List<String> differing(Slip slip) {
    ComparisonReport report = compare(new OracleBackend(), slip.made().apply(new OracleBackend()));
    return report.differences().stream().map(Difference::site).map(Difference.Site::op).toList();
  }

  @Test
  void checkedGivesWhatTheBackendGives() {
    try (Backend plain = plain();
        Backend checked = new Checked(plain())) {
      assertThat(run(checked)).isEqualTo(run(plain));
    }
  }
}
