package teiten.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// CSV as RFC 4180 has it, harmless in a spreadsheet.
final class TableTest {
    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0"})
    void text_that_a_spreadsheet_would_run_gets_an_apostrophe(String hostile) {
        assertThat(Table.cell(hostile)).startsWith("'");
    }

    @Test
    void a_carriage_return_is_quoted_and_disarmed() {
        assertThat(Table.cell("\r=1")).isEqualTo("\"'\r=1\"");
    }

    @Test
    void numbers_of_our_own_stay_numbers_and_unknown_ones_stay_empty() {
        assertThat(Table.cell(-3L)).isEqualTo("-3");
        assertThat(Table.cell(0.25)).isEqualTo("0.25");
        assertThat(Table.cell(12.0)).isEqualTo("12");
        assertThat(Table.cell(Double.NaN)).isEmpty();
        assertThat(Table.cell(null)).isEmpty();
    }

    @Test
    void commas_quotes_and_line_ends_are_quoted() {
        assertThat(Table.cell("a,b")).isEqualTo("\"a,b\"");
        assertThat(Table.cell("say \"hi\"")).isEqualTo("\"say \"\"hi\"\"\"");
        assertThat(Table.cell("a\nb")).isEqualTo("\"a\nb\"");
        assertThat(Table.cell("plain")).isEqualTo("plain");
    }
}
