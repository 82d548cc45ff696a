package dev.arpg4j.verify;

import dev.arpg4j.model.Readout;

/** Which cases a property speaks about. */
public enum CaseKind {
  /** Every model. */
  ANY {
    @Override
    public boolean fits(Case drawn) {
      return true;
    }
  },
  /** Models with cross layers, whose targets are queries. */
  QUERIES {
    @Override
    public boolean fits(Case drawn) {
      return drawn.config().readout() == Readout.QUERY_ROWS;
    }
  },
  /** Queries over content that passed self layers, and two cells of a step that are read later. */
  PARALLEL_STATE {
    @Override
    public boolean fits(Case drawn) {
      return QUERIES.fits(drawn) && drawn.config().selfLayers() > 0 && drawn.feedsPairs();
    }
  },
  /**
   * Queries, and three cells or more that are decoded beside one that precedes them: what one such
   * cell misses may drown in the rounding of float32, what three miss does not.
   */
  PARALLEL_STEPS {
    @Override
    public boolean fits(Case drawn) {
      return QUERIES.fits(drawn) && drawn.plan().cells() - drawn.plan().steps().size() >= 3;
    }
  },
  /** No self layers: 0+L. */
  CROSS_ONLY {
    @Override
    public boolean fits(Case drawn) {
      return drawn.config().selfLayers() == 0;
    }
  };

  /** Whether a case is of this kind. */
  public abstract boolean fits(Case drawn);
}
