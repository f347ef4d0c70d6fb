package dev.strongroom.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.compiler.place.Lifetime;
import dev.strongroom.compiler.place.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementInstanceTest {
  @Test
  void theUpperStepIsExclusiveAndColumnsComeInAnyOrder() throws Exception {
    assertThat(PlacementInstance.parse("a", "id,lower,upper,size\n0,1,4,100\n").requests())
        .containsExactly(new Request(100, Lifetime.of(1, 3)));
    assertThat(PlacementInstance.parse("a", "size, upper,lower,id\r\n100,4,1,x\r\n\r\n").requests())
        .containsExactly(new Request(100, Lifetime.of(1, 3)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                       | line 1: expected a header
          id,lower,upper                           | line 1: expected a header
          id,lower,upper,size,size                 | line 1: expected a header
          id,lower,upper,size                      | holds no requests
          id,lower,upper,size;0,1,2                | line 2: expected 4 fields, found 3
          id,lower,upper,size;0,1,2,3;0,1,2,3,4    | line 3: expected 4 fields, found 5
          id,lower,upper,size;0,-1,2,3             | line 2: lower is '-1', not a number from 0
          id,lower,upper,size;0,2,2,3              | line 2: upper is '2', not a number from 3
          id,lower,upper,size;0,0,2147483647,3     | line 2: upper is '2147483647', not a number
          id,lower,upper,size;0,1,2,0              | line 2: size is '0', not a number from 1
          id,lower,upper,size;0,1,2,                | line 2: size is '', not a number from 1
          id,lower,upper,size;0,1,2,99999999999999999999 | line 2: size is '9999999999999999999
          """)
  void whatIsNotOfThatFormIsRefusedWithItsLine(String text, String message) {
    assertThatThrownBy(() -> PlacementInstance.parse("bad.csv", text.replace(';', '\n')))
        .isInstanceOf(InvalidInstanceException.class)
        .hasMessageContaining("bad.csv")
        .hasMessageContaining(message);
  }

  @Test
  void anInstanceWithTooManyRequestsIsRefused() {
    String text = "id,lower,upper,size\n" + "0,1,2,3\n".repeat(10_001);
    assertThatThrownBy(() -> PlacementInstance.parse("long.csv", text))
        .hasMessage("long.csv has more than the 10,000 requests that are accepted");
  }
}
