package dev.strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealVerifierTest {
  @TempDir Path directory;

  private final SealedFixture fixture = SealedFixture.small();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void findsNoFaultInWhatTheVendorSealed() {
    SealReport report = fixture.verify(fixture.sealed);
    assertThat(report.faults()).isEmpty();
    assertThat(report.ok()).isTrue();
    assertThat(report.header().orElseThrow().identity()).isEqualTo(Models.IDENTITY);
  }

  @Test
  void namesEveryPartThatWasChanged() {
    byte[] changed = fixture.sealed.clone();
    SealedLayout layout = fixture.verify(changed).header().orElseThrow().layout();
    changed[(int) layout.pieces().get(1).offset()] ^= 1;
    changed[(int) layout.chunks().get(2).offset()] ^= 1;
    assertThat(fixture.verify(changed).faults())
        .containsExactly(
            "piece 2 of 2 of the Program was changed: its digest differs",
            "chunk 3 of 3 was changed: its digest differs");
  }

  @Test
  void saysByHowMuchAFileIsTooLong() throws IOException {
    Path file =
        Files.write(
            directory.resolve("long.sealed"),
            Arrays.copyOf(fixture.sealed, fixture.sealed.length + 12));
    assertThat(SealVerifier.verify(file, fixture.vendor.publicKey()).faults())
        .containsExactly("the file is 12 bytes longer than its header says: 1009, not 997");
  }

  @Test
  void saysWhatIsMissingFromAFileThatIsTooShort() {
    assertThat(fixture.verify(Arrays.copyOf(fixture.sealed, 940)).faults())
        .containsExactly(
            "the file is 57 bytes shorter than its header says: 940, not 997",
            "chunk 2 of 3 and all after it are missing");
  }

  @Test
  void saysWhoElseSignedIt() {
    try (var other = VendorPrivateKey.generate()) {
      assertThat(SealVerifier.verify(fixture.shared(fixture.sealed), other.publicKey()).faults())
          .containsExactly(
              "signed by another vendor: %s, not %s"
                  .formatted(
                      fixture.vendor.publicKey().fingerprint(), other.publicKey().fingerprint()));
    }
  }

  @Test
  void saysThatAHeaderWasChanged() {
    byte[] changed = fixture.sealed.clone();
    changed[SealedModelDescriptor.MODEL_ID] = 'M';
    assertThat(fixture.verify(changed).faults())
        .containsExactly(
            "the header was changed: the signature of vendor %s does not match it"
                .formatted(fixture.vendor.publicKey().fingerprint()));
  }

  @Test
  void saysWhatIsNoSealedModelAtAll() {
    SealReport report = fixture.verify("<!DOCTYPE html>".getBytes());
    assertThat(report.header()).isEmpty();
    assertThat(report.faults())
        .containsExactly(
            "this is no sealed model: it begins with \"<!DOCTYP\", not with \"SRSEALED\"");
  }

  @Test
  void aReportWithoutAHeaderHasAFault() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SealReport(Optional.empty(), List.of()));
  }
}
