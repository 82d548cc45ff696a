package dev.arpg4j.cli;

import dev.arpg4j.tensor.BackendProvider;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code arpg doctor}: whether this machine can run arpg4j, how fast, and what to mend. */
@Command(
    name = "doctor",
    description =
        "Examines this machine; every problem comes with the one thing that mends it. Ends with 0"
            + " if images can be generated, with 1 if not.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin private LibraryOptions libraryOptions = new LibraryOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    BackendProvider.Settings settings =
        BackendProvider.Settings.allCores().withLibraries(libraryOptions.choose());
    boolean works = true;
    for (Examination examination : Examination.all(settings)) {
      List<Finding> findings = examination.examine();
      for (Finding finding : findings) {
        out.printf("%-7s %-17s %s%n", finding.verdict().mark(), finding.subject(), finding.found());
        finding.fix().ifPresent(fix -> out.printf("%-25s fix: %s%n", "", fix));
        works &= finding.verdict() != Finding.Verdict.BROKEN;
      }
      out.flush();
    }
    out.println(works ? "arpg generate works here." : "arpg generate does not work here.");
    return works ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }
}
