package dev.arpg4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class BarsTest {
  private static Document drawn(Bars.Bar... bars) throws Exception {
    List<String> names = List.of("one", "a < b", "three").subList(0, bars.length);
    List<Bars.Panel> panels = List.of(new Bars.Panel("images a second", List.of(bars)));
    String svg = Bars.svg("speed & memory", names, panels, "ticks");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static Bars.Bar bar(double value) {
    return new Bars.Bar(value, Optional.empty());
  }

  private static List<Element> elements(Document drawn, String name) {
    List<Element> all = new ArrayList<>();
    for (int i = 0; i < drawn.getElementsByTagName(name).getLength(); i++) {
      all.add((Element) drawn.getElementsByTagName(name).item(i));
    }
    return all;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void barsAreAsLongAsTheirValues() throws Exception {
    Document drawn = drawn(bar(8), bar(2), bar(0));
    List<Element> bars = elements(drawn, "rect").subList(1, 4); // the first is the background
    // coordinates are written to a tenth of a pixel
    assertThat(number(bars.get(1), "width"))
        .isCloseTo(number(bars.get(0), "width") / 4, within(0.1));
    assertThat(number(bars.get(2), "width")).isZero();
    assertThat(drawn.getDocumentElement().getTextContent())
        .contains("one", "a < b", "three", "images a second", "speed & memory", "ticks", "8.00");
  }

  @Test
  void aTickMayReachFurtherThanEveryBar() throws Exception {
    Document drawn = drawn(bar(1), new Bars.Bar(1, Optional.of(4.0)));
    Element tick = elements(drawn, "line").getLast();
    Element bar = elements(drawn, "rect").getLast();
    double length = number(tick, "x1") - number(bar, "x");
    assertThat(length).isCloseTo(4 * number(bar, "width"), within(0.4));
    assertThat(number(tick, "x1")).isLessThan(number(drawn.getDocumentElement(), "width"));
  }

  @Test
  void nothingToDrawIsNoFault() throws Exception {
    assertThat(elements(drawn(bar(0)), "rect")).hasSize(2);
    assertThat(elements(drawn(), "rect")).hasSize(1);
  }
}
