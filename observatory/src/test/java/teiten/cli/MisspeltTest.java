package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever is mistyped is answered with one line that says what to write instead, and exit status 2.
class MisspeltTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            textBlock =
                    """
                    zzz                     ! "zzz" is no command of teiten; teiten --help says more
                    improt day.pcap         ! "improt" is no command of teiten (perhaps import); teiten --help says more
                    warm-upp                ! "warm-upp" is no command of teiten; teiten --help says more
                    top                     ! teiten top needs one of ports, sources, marks, events, victims, campaigns, sessions, credentials, samples; teiten top --help says more
                    top foo                 ! "foo" is none of ports, sources, marks, events, victims, campaigns, sessions, credentials, samples; teiten top --help says more
                    top ports more          ! "more" is one word too many for teiten top; teiten top --help says more
                    top ports --limit x     ! --limit "x" is no whole number; teiten top --help says more
                    top ports --from        ! --from needs a value, TIME; teiten top --help says more
                    top ports --scanners no ! --scanners "no" is none of all, without, only; teiten top --help says more
                    demo --no-browser       ! teiten demo has no option --no-browser (perhaps --no-serve); teiten demo --help says more
                    import                  ! teiten import needs FILE|DIR|-; teiten import --help says more
                    notice port 23/tcp      ! teiten notice port needs --output FILE; teiten notice port --help says more
                    """)
    void one_sentence_says_what_to_write(String line, String sentence) {
        Cli said = Cli.run((Object[]) line.split(" "));
        assertThat(said.status()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).isEqualTo("teiten: " + sentence + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            textBlock =
                    """
                    simulate foo ! there is no scenario "foo"
                    simulate mirai-2016 ! name a directory for the captures with -o DIR
                    """)
    void a_scenario_is_looked_up_before_its_directory_is_asked_for(String line, String sentence) {
        Cli said = Cli.run((Object[]) line.split(" "));
        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err()).startsWith("teiten: " + sentence).hasLineCount(1);
    }
}
