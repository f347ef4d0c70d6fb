package dev.strongroom.compiler.lower;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PieceNamesTest {
  @Test
  void piecesOfOneTensorHaveOneRole() {
    String first = PieceNames.numbered("conv", 0);
    String later = PieceNames.numbered("conv", 17);
    assertThat(first).isNotEqualTo(later);
    assertThat(PieceNames.role(first)).isEqualTo(PieceNames.role(later)).isEqualTo("conv");
    assertThat(PieceNames.role(first + "/in0")).isEqualTo(PieceNames.role(later + "/in0"));
    assertThat(PieceNames.role(first + "/in0")).isNotEqualTo(PieceNames.role(first + "/in1"));
  }

  @Test
  void whatIsKeptForTheNextPieceHasAnotherRoleThanThePiece() {
    String kept = PieceNames.kept("conv", 3);
    assertThat(PieceNames.isKept(kept)).isTrue();
    assertThat(PieceNames.isKept(PieceNames.numbered("conv", 3))).isFalse();
    assertThat(PieceNames.role(kept)).isEqualTo(PieceNames.role(PieceNames.kept("conv", 4)));
    assertThat(PieceNames.role(kept)).isNotEqualTo("conv");
  }

  @Test
  void aBufferIsWholeOrAPieceOrKept() {
    Storage.Buffer whole = new Storage.Buffer("conv", 64);
    Storage.Buffer piece = new Storage.Buffer(PieceNames.numbered("conv", 1), 64);
    Storage.Buffer kept = new Storage.Buffer(PieceNames.kept("conv", 1), 64);
    assertThat(whole.isPiece() || whole.isKept()).as("%s is whole", whole).isFalse();
    assertThat(piece.isPiece() && !piece.isKept()).as("%s is a piece", piece).isTrue();
    assertThat(kept.isKept() && !kept.isPiece()).as("%s is kept", kept).isTrue();
    assertThat(piece.ofSize(128).role()).isEqualTo(whole.role());
  }
}
