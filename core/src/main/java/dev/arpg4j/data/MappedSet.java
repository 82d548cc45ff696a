package dev.arpg4j.data;

import dev.arpg4j.control.ControlMap;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.TokenGrid;
import java.util.List;

/**
 * Images whose cells are conditioned by maps of their pictures, each made when it is asked for: by
 * the thread that reads.
 *
 * @param indices which picture each image is
 */
record MappedSet(CodeSet codes, ImageSet pictures, int[] indices, ControlKind control)
    implements CodeSet {
  @Override
  public int size() {
    return codes.size();
  }

  @Override
  public TokenGrid grid() {
    return codes.grid();
  }

  @Override
  public int vocabulary() {
    return codes.vocabulary();
  }

  @Override
  public List<String> classNames() {
    return codes.classNames();
  }

  @Override
  public int label(int index) {
    return codes.label(index);
  }

  @Override
  public int[] codes(int index) {
    return codes.codes(index);
  }

  @Override
  public int conditionValues() {
    return ControlMap.valuesOfCell(pictures.pictureSize(), codes.grid());
  }

  @Override
  public float[] conditions(int index) {
    return ControlMap.of(control, pictures.picture(indices[index])).cells(codes.grid());
  }
}
