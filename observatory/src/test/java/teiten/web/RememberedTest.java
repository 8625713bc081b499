package teiten.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RememberedTest {
    private final Remembered remembered = new Remembered();

    @Test
    void an_answer_is_known_until_something_is_stored() {
        remembered.keep("/ports?limit=1", 7, "{}");
        assertThat(remembered.find("/ports?limit=1", 7)).isEqualTo("{}");
        assertThat(remembered.find("/ports?limit=2", 7)).isNull();
        assertThat(remembered.find("/ports?limit=1", 8)).isNull();
    }

    @Test
    void an_answer_that_was_begun_before_something_was_stored_is_not_kept() {
        remembered.keep("new", 8, "{}");
        remembered.keep("old", 7, "{}");
        assertThat(remembered.find("old", 7)).isNull();
        assertThat(remembered.find("old", 8)).isNull();
        assertThat(remembered.find("new", 8)).isEqualTo("{}");
    }

    @Test
    void what_is_stored_makes_room_at_once() {
        remembered.keep("a", 1, "{}");
        remembered.keep("b", 2, "{}");
        assertThat(remembered.count()).isOne();
    }

    @Test
    void many_questions_push_out_those_asked_longest_ago_and_none_is_too_large() {
        String large = "x".repeat(Remembered.MOST / 8);
        for (int i = 0; i < 100; i++) {
            remembered.keep("q" + i, 1, large);
            assertThat(remembered.find("q0", 1)).isNotNull();
        }
        assertThat(remembered.count()).isEqualTo(7);
        assertThat(remembered.find("q1", 1)).isNull();
        assertThat(remembered.find("q99", 1)).isNotNull();
        remembered.keep("huge", 1, "x".repeat(Remembered.MOST / 2));
        assertThat(remembered.find("huge", 1)).isNull();
    }
}
