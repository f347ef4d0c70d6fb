package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTest {
  @ParameterizedTest
  @CsvSource({
    "512KiB, 524288",
    "4MiB, 4194304",
    "4MB, 4000000",
    "4mb, 4000000",
    "1.5GiB, 1610612736",
    "8 MiB, 8388608",
    "0.5KiB, 512",
    "123456, 123456",
    "7B, 7"
  })
  void aSizeIsReadAsPeopleWriteIt(String text, long bytes) {
    assertThat(Size.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "MiB",
        "-4MiB",
        "0",
        "0MiB",
        "4 Mi",
        "4MiBs",
        "1e6",
        "0.3",
        "0.0001KiB",
        "1,5MiB",
        "99999999999GiB",
        "9223372036854775808",
        "٣MiB"
      })
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> Size.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSizeIsShownWithoutRoundingDown() {
    assertThat(Size.format(1023)).isEqualTo("1023 bytes");
    assertThat(Size.format(1 << 20)).isEqualTo("1 MiB");
    assertThat(Size.format((1 << 20) + 1)).isEqualTo("1.01 MiB");
    assertThat(Size.format(31_232)).isEqualTo("30.5 KiB");
  }
}
