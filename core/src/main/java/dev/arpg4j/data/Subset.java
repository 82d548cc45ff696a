package dev.arpg4j.data;

import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.TokenGrid;
import java.util.List;

/** Some images of a set. */
record Subset(CodeSet whole, int[] indices) implements CodeSet {
  Subset {
    indices = indices.clone();
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public TokenGrid grid() {
    return whole.grid();
  }

  @Override
  public int vocabulary() {
    return whole.vocabulary();
  }

  @Override
  public List<String> classNames() {
    return whole.classNames();
  }

  @Override
  public int label(int index) {
    return whole.label(indices[index]);
  }

  @Override
  public int[] codes(int index) {
    return whole.codes(indices[index]);
  }

  @Override
  public int views() {
    return whole.views();
  }

  @Override
  public ControlKind control() {
    return whole.control();
  }

  @Override
  public int conditionValues() {
    return whole.conditionValues();
  }

  @Override
  public float[] conditions(int index) {
    return whole.conditions(indices[index]);
  }

  @Override
  public boolean filePerImage() {
    return whole.filePerImage();
  }

  @Override
  public int[] codes(int index, int view) {
    return whole.codes(indices[index], view);
  }
}
